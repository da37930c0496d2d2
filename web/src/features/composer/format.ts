/** Edited is a text with a selection. */
export interface Edited {
  readonly text: string
  readonly from: number
  readonly to: number
}

/** wrap puts marks around the selection, or takes them away when they are there. */
export function wrap({ text, from, to }: Edited, mark: string): Edited {
  const n = mark.length
  if (text.slice(from - n, from) === mark && text.slice(to, to + n) === mark) {
    return { text: text.slice(0, from - n) + text.slice(from, to) + text.slice(to + n), from: from - n, to: to - n }
  }
  return { text: text.slice(0, from) + mark + text.slice(from, to) + mark + text.slice(to), from: from + n, to: to + n }
}

/** prefix puts a mark before every line of the selection, or takes it away when all have it. */
export function prefix({ text, from, to }: Edited, mark: string): Edited {
  const start = text.lastIndexOf('\n', from - 1) + 1
  const end = text.indexOf('\n', to) < 0 ? text.length : text.indexOf('\n', to)
  const lines = text.slice(start, end).split('\n')
  const all = lines.every((l) => l.startsWith(mark))
  const changed = lines.map((l) => (all ? l.slice(mark.length) : mark + l)).join('\n')
  const first = all ? -mark.length : mark.length
  return {
    text: text.slice(0, start) + changed + text.slice(end),
    from: Math.max(start, from + first),
    to: Math.max(start, to + changed.length - (end - start)),
  }
}

/** code is inline for one line and a block for several. */
export function code(e: Edited): Edited {
  if (!e.text.slice(e.from, e.to).includes('\n')) return wrap(e, '`')
  const before = `${e.from > 0 && e.text[e.from - 1] !== '\n' ? '\n' : ''}\`\`\`\n`
  const inner = e.text.slice(e.from, e.to)
  return {
    text: `${e.text.slice(0, e.from)}${before}${inner}\n\`\`\`${e.text.slice(e.to)}`,
    from: e.from + before.length,
    to: e.from + before.length + inner.length,
  }
}

/** What the composer needs of a key press. */
export interface KeyPress {
  key: string
  keyCode: number
  isComposing: boolean
  shiftKey: boolean
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
}

/**
 * composing: an input method has the key. isComposing alone is not enough: Safari ends the composition before the Enter that
 * ends it arrives, and marks that Enter with keyCode 229 only.
 */
export function composing(e: KeyPress): boolean {
  return e.isComposing || e.keyCode === 229
}

/** sends says whether a key press sends the message. */
export function sends(e: KeyPress, sendKey: 'enter' | 'mod-enter'): boolean {
  if (e.key !== 'Enter' || composing(e) || e.altKey) return false
  const mod = e.ctrlKey || e.metaKey
  return sendKey === 'enter' ? !e.shiftKey : mod
}
