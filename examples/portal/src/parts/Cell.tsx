/** A cell of a list. Its label shows on narrow screens, where the head of the table does not; nothing has no label. */
export function Cell({ label, text }: { label: string; text: string | undefined }) {
  return text ? (
    <td data-label={label}>
      <bdi>{text}</bdi>
    </td>
  ) : (
    <td />
  )
}
