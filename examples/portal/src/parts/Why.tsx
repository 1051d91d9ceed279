import { useLoad } from '../app/useLoad'
import { graphql } from '../graphql'
import { Title } from './Title'

const WhyQuery = graphql(`
  query Why($field: String!) {
    explainAccess(field: $field) { allowed permission roles message }
  }
`)

interface Props {
  field: string
  what: string
  /** Inside another page, which has its own heading. */
  inside?: boolean
}

/** Why something is not shown, in Portico's words. */
export function Why({ field, what, inside = false }: Props) {
  const [{ data }] = useLoad(WhyQuery, { field })
  return (
    <>
      {!inside && <Title text={`No access to ${what}`} />}
      <div className="notice" data-test="why">
        <p>
          <strong>You may not see {what}.</strong> {data?.explainAccess?.message}
        </p>
      </div>
    </>
  )
}
