import { href } from '../app/route'
import { Title } from './Title'

/** Unknown and not yours are one answer. */
export function Missing({ what }: { what: string }) {
  return (
    <>
      <Title text="Not found" />
      <p>
        There is no such {what}, or you may not see it. <a href={href([])}>Go to the overview</a>.
      </p>
    </>
  )
}
