import MarkdownIt from 'markdown-it'
import type { ReactNode } from 'react'
import { mentionPattern } from '../../model/content'
import css from './markdown.module.css'

// Texts of messages are parsed by markdown-it and its tokens become React elements. No HTML text is made anywhere, so there is
// nothing to sanitise; what a link may point at is decided below.

interface Token {
  readonly type: string
  readonly tag: string
  readonly content: string
  readonly info: string
  readonly nesting: -1 | 0 | 1
  readonly hidden: boolean
  readonly level: number
  readonly children: Token[] | null
  readonly meta: unknown
  attrGet(name: string): string | null
}

const mentionHere = new RegExp(mentionPattern.source, 'iy') // sticky: a search from every < would be quadratic

const parser = new MarkdownIt({ html: false, linkify: true, breaks: true, typographer: false })
const deepest = 20 // levels of quotes and lists
parser.set({ maxNesting: deepest })
parser.disable(['image', 'reference', 'lheading', 'html_block', 'html_inline', 'entity'], true)
parser.linkify.set({ fuzzyEmail: false, fuzzyIP: false })
parser.validateLink = (url: string) => safeLink(url) !== undefined
parser.inline.ruler.before('autolink', 'mention', (state, silent) => {
  if (state.src.charCodeAt(state.pos) !== 0x3c) return false
  mentionHere.lastIndex = state.pos
  const match = mentionHere.exec(state.src)
  if (!match) return false
  if (!silent) {
    const token = state.push('mention', '', 0)
    token.content = match[1] ?? ''
  }
  state.pos += match[0].length
  return true
})

/** safeLink returns the address if it leads to the web, a mailbox or a telephone, else undefined. */
export function safeLink(url: string): string | undefined {
  try {
    const parsed = new URL(url)
    return ['https:', 'http:', 'mailto:', 'tel:'].includes(parsed.protocol) ? parsed.href : undefined
  } catch {
    return undefined // relative addresses too: a text does not know where it is shown
  }
}

export interface MarkdownContext {
  /** Name of a mentioned person, undefined when she is not known to be mentioned. */
  readonly mention: (id: string) => string | undefined
  readonly me: string
  /** The reader follows a link into this installation. Returns true when it was opened here. */
  readonly open?: ((url: string) => boolean) | undefined
  /** Puts the text of a code block on the clipboard; copyLabel names its button. Without both there is none. */
  readonly copy?: ((text: string) => void) | undefined
  readonly copyLabel?: string | undefined
}

export function renderMarkdown(text: string, context: MarkdownContext): ReactNode {
  const tokens = parser.parse(text, {}) as unknown as Token[]
  // The parser leaves out what lies deeper than it may go. Nothing that was written may vanish: then it is shown as typed.
  if (tokens.some((t) => t.nesting === 1 && t.level >= deepest - 1)) return <p className={css.typed}>{text}</p>
  return new Renderer(context).blocks(tokens)
}

class Renderer {
  #key = 0
  constructor(private readonly context: MarkdownContext) {}

  blocks(tokens: readonly Token[]): ReactNode[] {
    return this.#walk(tokens)
  }

  /** Opening and closing tokens make a tree; unbalanced ones (there are none) would only end early. */
  #walk(tokens: readonly Token[]): ReactNode[] {
    const stack: { open: Token | null; children: ReactNode[] }[] = [{ open: null, children: [] }]
    for (const token of tokens) {
      const top = stack.at(-1)
      if (!top) break
      if (token.nesting === 1) stack.push({ open: token, children: [] })
      else if (token.nesting === -1) {
        const done = stack.pop()
        const parent = stack.at(-1)
        if (done?.open && parent) parent.children.push(this.#element(done.open, done.children))
      } else top.children.push(this.#leaf(token))
    }
    return stack[0]?.children ?? []
  }

  #element(open: Token, children: ReactNode[]): ReactNode {
    const key = this.#key++
    switch (open.tag) {
      case 'p':
        return open.hidden ? children : <p key={key}>{children}</p>
      case 'h1':
      case 'h2':
      case 'h3':
      case 'h4':
      case 'h5':
      case 'h6':
        return (
          <p key={key} className={css.heading}>
            {children}
          </p>
        )
      case 'ul':
        return <ul key={key}>{children}</ul>
      case 'ol':
        return (
          <ol key={key} start={Number(open.attrGet('start') ?? 1)}>
            {children}
          </ol>
        )
      case 'li':
        return <li key={key}>{children}</li>
      case 'blockquote':
        return <blockquote key={key}>{children}</blockquote>
      case 'strong':
        return <strong key={key}>{children}</strong>
      case 'em':
        return <em key={key}>{children}</em>
      case 's':
        return <s key={key}>{children}</s>
      case 'a':
        return this.#link(key, open.attrGet('href') ?? '', children)
      case 'table':
        return (
          <div key={key} className={css.scroll}>
            <table>{children}</table>
          </div>
        )
      case 'thead':
        return <thead key={key}>{children}</thead>
      case 'tbody':
        return <tbody key={key}>{children}</tbody>
      case 'tr':
        return <tr key={key}>{children}</tr>
      case 'th':
        return <th key={key}>{children}</th>
      case 'td':
        return <td key={key}>{children}</td>
      default:
        return children
    }
  }

  #link(key: number, href: string, children: ReactNode[]): ReactNode {
    const safe = safeLink(href)
    if (!safe) return children
    return (
      <a
        key={key}
        href={safe}
        target="_blank"
        rel="noopener noreferrer nofollow"
        onClick={(e) => {
          if (!e.metaKey && !e.ctrlKey && !e.shiftKey && this.context.open?.(safe)) e.preventDefault()
        }}
      >
        {children}
      </a>
    )
  }

  #leaf(token: Token): ReactNode {
    const key = this.#key++
    switch (token.type) {
      case 'inline':
        return this.#walk(token.children ?? [])
      case 'text':
        return token.content
      case 'softbreak':
      case 'hardbreak':
        return <br key={key} />
      case 'code_inline':
        return <code key={key}>{token.content}</code>
      case 'fence':
      case 'code_block':
        return this.#code(key, token.content.replace(/\n$/, ''))
      case 'hr':
        return <hr key={key} />
      case 'mention':
        return this.#mention(key, token.content)
      default:
        return token.content
    }
  }

  #code(key: number, text: string): ReactNode {
    const { copy, copyLabel } = this.context
    const block = (
      <pre key={key} className={css.scroll}>
        <code>{text}</code>
      </pre>
    )
    if (!copy || !copyLabel) return block
    return (
      <div key={key} className={css.block}>
        {block}
        <button type="button" tabIndex={-1} className={css.copy} onClick={() => copy(text)}>
          {copyLabel}
        </button>
      </div>
    )
  }

  #mention(key: number, id: string): ReactNode {
    const known = id.toLowerCase() === 'all' ? 'all' : id.toUpperCase()
    const name = this.context.mention(known)
    if (name === undefined) return `<@${id}>`
    const toMe = known === this.context.me || known === 'all'
    return (
      <span key={key} className={toMe ? css.mentionMe : css.mention} data-person={known}>
        @{name}
      </span>
    )
  }
}
