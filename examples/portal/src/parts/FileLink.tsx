/** A file to download: the session's cookie goes along. Where the PSA hands out no bytes there is a name alone. */
export function FileLink({ name, url }: { name: string; url: string | null }) {
  if (!url) return <bdi title="This file cannot be downloaded here.">{name}</bdi>
  return (
    <a href={url} download={name}>
      <bdi>{name}</bdi>
    </a>
  )
}
