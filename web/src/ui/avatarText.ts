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

/** avatarColour is a stable number 0–9 for an id; ids that follow one another get colours that do not. */
export function avatarColour(id: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  // FNV-1a alone leaves a pattern in the lowest bits, and ten colours come from those: mix the upper ones in (murmur3's end).
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) % 10
}
