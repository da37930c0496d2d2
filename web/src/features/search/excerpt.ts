import { withNames, withoutSigns } from '../../model/content'

/** Part is a piece of an excerpt; marked: it was found. */
export interface Part {
  readonly text: string
  readonly marked: boolean
}

const before = 40 // characters shown ahead of what was found first: it stands within the first lines everywhere
const most = 240 // characters of an excerpt; no hit shows more lines

// Noncharacters around what was found: they pass through the taking off of signs like letters. No text means anything by them.
const open = '\ufdd0'
const close = '\ufdd1'
const marks = new RegExp(`[${open}${close}]`, 'g')

/**
 * excerptAround is what a search shows of a text: one line without the signs of Markdown, mentions by name, around the first
 * of what was found. ranges are in UTF-16 units of text, in order, apart from one another.
 */
export function excerptAround(
  text: string,
  ranges: readonly { start: number; end: number }[],
  name: (id: string) => string | undefined,
): readonly Part[] {
  return parts(shorten(withoutSigns(cut(withNames(mark(text, ranges), name)))))
}

function mark(text: string, ranges: readonly { start: number; end: number }[]): string {
  const clean = (from: number, to?: number) => text.slice(from, to).replace(marks, '')
  let out = ''
  let at = 0
  for (const { start, end } of ranges) {
    out += clean(at, start) + open + clean(start, end) + close
    at = end
  }
  return out + clean(at)
}

/** cut keeps what can matter for the excerpt, from a space on where there is one: signs are taken off pieces of any text in no time. */
function cut(text: string): string {
  const first = Math.max(0, text.indexOf(open))
  const from = Math.max(0, first - 4 * before)
  const space = from === 0 ? -1 : text.slice(from, first).search(/\s/)
  return text.slice(space < 0 ? from : from + space, first + 8 * most)
}

function shorten(line: string): string {
  const characters = [...line]
  const first = characters.indexOf(open)
  const from = first > before ? first - before : 0
  const to = from + most
  return `${from > 0 ? '…' : ''}${characters.slice(from, to).join('')}${to < characters.length ? '…' : ''}`
}

function parts(line: string): Part[] {
  const out: Part[] = []
  let marked = false
  for (const piece of line.split(/([\ufdd0\ufdd1])/)) {
    if (piece === open || piece === close) marked = piece === open
    else if (piece !== '') out.push({ text: piece, marked })
  }
  return out
}
