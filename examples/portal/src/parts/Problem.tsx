import type { CombinedError } from 'urql'
import { texts } from '../lib/problem'

interface Props {
  error: CombinedError
  onRetry?: () => void
}

export function Problem({ error, onRetry }: Props) {
  return (
    <div className="notice bad" role="alert">
      {texts(error).map((text) => (
        <p key={text}>{text}</p>
      ))}
      {onRetry && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  )
}
