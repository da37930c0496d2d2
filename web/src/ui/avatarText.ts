const han = /\p{Script=Han}/u

/** avatarText is what an avatar shows: the last two characters of a Chinese name, initials of a Latin one. */
export function avatarText(name: string): string {
  const trimmed = name.replace(/[(（].*$/, '').trim()
  if (han.test(trimmed)) {
    return [...trimmed]
      .filter((c) => han.test(c))
      .slice(-2)
      .join('')
  }
  const words = trimmed.split(/[\s._-]+/).filter(Boolean)
  const initial = (word: string | undefined) => [...(word ?? '')][0] ?? ''
  const text = initial(words[0]) + (words.length > 1 ? initial(words.at(-1)) : '')
  return text.toUpperCase() || '?'
}

/** avatarColour is a stable number 0–9 for an id. */
export function avatarColour(id: string): number {
  let hash = 0x811c9dc5 // FNV-1a: ids that differ in the last characters get different colours
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % 10
}
