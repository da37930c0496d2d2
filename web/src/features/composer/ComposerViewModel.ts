import { conversations as conversationApi } from '../../api/conversations'
import { messages as messageApi } from '../../api/messages'
import type { Brief, ConversationID, Message, ReplyTo } from '../../api/types'
import { excerptOf } from '../../model/content'
import type { Services } from '../kit/services'
import { follow, ViewModel } from '../kit/ViewModel'
import { decode, encode, openMention, type Tag, tagFor } from './mentions'

export interface Candidate {
  readonly id: string
  readonly name: string
  readonly department: string
  readonly position: string
}

export interface ComposerSnapshot {
  readonly text: string
  readonly reply: ReplyTo | undefined
  /** The message that is being edited. */
  readonly editing: Message | undefined
  readonly saving: boolean
  readonly candidates: readonly Candidate[]
  readonly active: number
  readonly tooLong: number
  /** Counts what asks for the caret: a reply was chosen, an edit began. at: where, -1 for the end. */
  readonly focus: { readonly n: number; readonly at: number }
}

const askAfter = 100 // ms of rest before the server is asked for names
const longest = 16_000 // code points of a message; the server's limit

export class ComposerViewModel extends ViewModel<ComposerSnapshot> {
  #tags: readonly Tag[] = []
  #open: { start: number; caret: number } | undefined
  #cancelAsk: () => void = () => {}
  #asked: AbortController | undefined
  #draftBeforeEdit = ''

  constructor(
    private readonly s: Services,
    readonly id: ConversationID,
  ) {
    const draft = s.drafts.get(id)
    super({
      text: draft?.text ?? '',
      reply: draft?.reply_to,
      editing: undefined,
      saving: false,
      candidates: [],
      active: 0,
      tooLong: 0,
      focus: { n: 0, at: -1 },
    })
    this.#tags = draft?.tags ?? []
  }

  override start(): () => void {
    return follow(() => {
      this.#cancelAsk()
      this.#asked?.abort()
    })
  }

  /** The field changed. caret: where it stands now. */
  write = (text: string, caret: number): void => {
    const over = [...text].length - longest
    this.merge({ text, tooLong: Math.max(0, over) })
    this.#keep()
    if (text !== '' && !this.snapshot.editing) this.s.messaging.typing(this.id)
    this.look(caret)
  }

  /** The caret moved: is there a mention to complete? */
  look = (caret: number): void => {
    const open = openMention(this.snapshot.text, caret)
    this.#cancelAsk()
    this.#asked?.abort()
    if (!open) {
      this.closeCandidates()
      return
    }
    this.#open = { start: open.start, caret }
    this.#cancelAsk = this.s.timers.after(askAfter, () => void this.#ask(open.query))
  }

  closeCandidates = (): void => {
    this.#open = undefined
    this.merge({ candidates: [], active: 0 })
  }

  moveActive = (by: number): void => {
    const n = this.snapshot.candidates.length
    if (n > 0) this.merge({ active: (this.snapshot.active + by + n) % n })
  }

  /** Puts the chosen person into the text. */
  choose = (index = this.snapshot.active): void => {
    const person = this.snapshot.candidates[index]
    if (!person || !this.#open) return
    const tag = tagFor(person, this.#tags)
    if (!this.#tags.some((t) => t.id === tag.id)) this.#tags = [...this.#tags, tag]
    const { text } = this.snapshot
    const { start, caret } = this.#open
    const inserted = `@${tag.label} `
    this.#open = undefined
    this.merge({
      text: text.slice(0, start) + inserted + text.slice(caret),
      candidates: [],
      active: 0,
      focus: this.#focusAt(start + inserted.length),
    })
    this.#keep()
  }

  replyTo = (m: Message): void => {
    this.merge({
      reply: { seq: m.seq, sender: { id: m.sender.id, name: m.sender.name }, excerpt: excerptOf(m) },
      editing: undefined,
      focus: this.#focusAt(-1),
    })
    this.#keep()
  }

  noReply = (): void => {
    this.merge({ reply: undefined, focus: this.#focusAt(-1) })
    this.#keep()
  }

  edit = (m: Message): void => {
    if (m.content.type !== 'text') return
    if (!this.snapshot.editing) this.#draftBeforeEdit = this.snapshot.text
    const { text, tags } = decode(m.content.text ?? '', m.mentions ?? [])
    this.#tags = [...this.#tags.filter((t) => !tags.some((x) => x.label === t.label)), ...tags]
    this.merge({ editing: m, text, candidates: [], focus: this.#focusAt(-1) })
  }

  cancelEdit = (): void => {
    this.merge({ editing: undefined, text: this.#draftBeforeEdit, focus: this.#focusAt(-1) })
  }

  replace = (text: string): void => {
    this.merge({ text })
    this.#keep()
  }

  /** Sends, or saves the edit. Says whether there was something to send. */
  submit = (): boolean => {
    const { text, editing, tooLong, saving } = this.snapshot
    if (text.trim() === '' || tooLong > 0 || saving) return false
    const wire = encode(text.trim(), this.#tags)
    if (editing) {
      void this.#save(editing, wire)
      return false
    }
    void this.s.messaging.send(this.id, wire, this.snapshot.reply)
    this.#tags = []
    this.#cancelAsk()
    this.closeCandidates()
    this.merge({ text: '', reply: undefined, focus: this.#focusAt(-1) })
    this.#keep()
    return true
  }

  async #save(m: Message, wire: string): Promise<void> {
    if (wire === m.content.text) return this.cancelEdit()
    this.merge({ saving: true })
    try {
      await messageApi.edit(this.s.api, this.id, m.seq, wire)
      this.merge({ saving: false })
      this.cancelEdit()
    } catch (e) {
      this.merge({ saving: false })
      this.s.fail(e)
    }
  }

  async #ask(query: string): Promise<void> {
    const asked = new AbortController()
    this.#asked = asked
    const head = this.s.conversations.get(this.id)
    try {
      const found = await this.#find(query, asked.signal)
      if (asked.signal.aborted || !this.#open) return
      this.s.people.learn(found)
      const people: Candidate[] = found.filter((p) => p.id !== this.s.me)
      const mayAll = head?.kind !== 'direct' && (head?.all_right !== 'admins' || head.role !== 'member')
      const all = this.s.i18n.t('mention.all')
      if (mayAll && (query === '' || all.startsWith(query) || 'all'.startsWith(query.toLowerCase()))) {
        people.push({
          id: 'all',
          name: all,
          department: this.s.i18n.t('mention.allHint', { n: head?.member_count ?? 0 }),
          position: '',
        })
      }
      this.merge({ candidates: people, active: 0 })
    } catch {
      if (!asked.signal.aborted) this.closeCandidates() // no completion; writing goes on
    }
  }

  /** Members by a part of the name; by pinyin, initials or number through the directory, as far as they are members. */
  async #find(query: string, signal: AbortSignal): Promise<Brief[]> {
    const { api } = this.s
    const members = async (q: string) =>
      (await conversationApi.members(api, this.id, { q, limit: 8 }, signal)).items.map((m) => m.person)
    if (query === '' || /[^\x20-\x7e]/.test(query)) return members(query)
    const [byName, known] = await Promise.all([members(query), conversationApi.people(api, query, signal)])
    const wanted = new Set(known.items.map((p) => p.id))
    const names = [...new Set(known.items.map((p) => p.name))].slice(0, 5)
    const others = (await Promise.all(names.map(members))).flat().filter((p) => wanted.has(p.id))
    return [...new Map([...byName, ...others].map((p) => [p.id, p])).values()].slice(0, 8)
  }

  #keep(): void {
    if (this.snapshot.editing) return
    const tags = this.#tags.filter((t) => this.snapshot.text.includes(t.label))
    this.s.drafts.set({ conversation_id: this.id, text: this.snapshot.text, reply_to: this.snapshot.reply, tags })
  }

  #focusAt(at: number): ComposerSnapshot['focus'] {
    return { n: this.snapshot.focus.n + 1, at }
  }
}
