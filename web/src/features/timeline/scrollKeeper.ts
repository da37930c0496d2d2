/** Where the reader is: at the end, or with one row at a distance (px) from the top of the view. */
export type Anchor = { readonly at: 'end' } | { readonly at: 'row'; readonly key: string; readonly offset: number }

export interface Position {
  readonly atEnd: boolean
  readonly fromTop: number
  readonly fromBottom: number
  /** Keys of the first and last row that are in view. */
  readonly first: string | undefined
  readonly last: string | undefined
}

const endSlack = 8 // px: closer than this to the bottom is "at the end"

/**
 * ScrollKeeper holds the reader's place. Whatever changes around it (rows before or after, heights, the size of the view),
 * restore puts the same row at the same distance again; at the end it stays at the end. The browser's own anchoring is off,
 * because it does not survive rows that are removed and does not exist in Safari.
 */
export class ScrollKeeper {
  #anchor: Anchor = { at: 'end' }
  #observer: ResizeObserver | undefined
  #expected = -1 // scrollTop that we set ourselves: its scroll event is not the reader's

  constructor(
    private readonly scroller: HTMLElement,
    private readonly content: HTMLElement,
    private readonly moved: (p: Position) => void,
  ) {
    if (typeof ResizeObserver !== 'undefined') {
      this.#observer = new ResizeObserver(() => this.restore())
      this.#observer.observe(scroller)
      this.#observer.observe(content)
    }
    scroller.addEventListener('scroll', this.#onScroll, { passive: true })
  }

  dispose(): void {
    this.#observer?.disconnect()
    this.scroller.removeEventListener('scroll', this.#onScroll)
  }

  get anchor(): Anchor {
    return this.#anchor
  }

  /** Puts a row at a share of the view's height from the top (0 to 1); false when it is not mounted. */
  show(key: string, share: number): boolean {
    const row = this.#row(key)
    if (!row) return false
    const offset = share * Math.max(0, this.scroller.clientHeight - row.offsetHeight)
    this.#anchor = { at: 'row', key, offset }
    this.restore()
    return true
  }

  toEnd(): void {
    this.#anchor = { at: 'end' }
    this.restore()
  }

  restore(): void {
    const s = this.scroller
    if (this.#anchor.at === 'end') this.#set(s.scrollHeight - s.clientHeight)
    else {
      const row = this.#row(this.#anchor.key)
      if (row) this.#set(s.scrollTop + this.#top(row) - this.#anchor.offset)
      else this.#capture()
    }
    this.moved(this.position())
  }

  position(): Position {
    const s = this.scroller
    const fromBottom = s.scrollHeight - s.clientHeight - s.scrollTop
    const rows = this.#rows()
    const first = rows[this.#find(rows, 0)]
    const last = rows[Math.min(rows.length - 1, this.#find(rows, s.clientHeight - 1))]
    return { atEnd: fromBottom < endSlack, fromTop: s.scrollTop, fromBottom, first: first?.dataset.key, last: last?.dataset.key }
  }

  #onScroll = (): void => {
    if (Math.abs(this.scroller.scrollTop - this.#expected) > 1) this.#capture()
    this.#expected = -1
    this.moved(this.position())
  }

  #capture(): void {
    const p = this.position()
    if (p.atEnd) {
      this.#anchor = { at: 'end' }
      return
    }
    // A row in the middle: the topmost one may change its height when older messages come before it (it no longer begins its
    // group), and what is looked at must not move with that. A day mark or the divider moves itself: only messages hold the place.
    const rows = this.#rows()
    const middle = this.#find(rows, this.scroller.clientHeight * 0.4)
    const holds = (r: HTMLElement) => r.dataset.mark === undefined
    const row = rows.slice(middle).find(holds) ?? rows.slice(0, middle).findLast(holds)
    this.#anchor = row?.dataset.key ? { at: 'row', key: row.dataset.key, offset: this.#top(row) } : { at: 'end' }
  }

  #set(top: number): void {
    const s = this.scroller
    const bounded = Math.max(0, Math.min(top, s.scrollHeight - s.clientHeight))
    if (Math.abs(bounded - s.scrollTop) < 0.5) return
    s.scrollTop = bounded
    this.#expected = s.scrollTop
  }

  #rows(): HTMLElement[] {
    return [...this.content.children].filter((c): c is HTMLElement => c instanceof HTMLElement && c.dataset.key !== undefined)
  }

  #row(key: string): HTMLElement | undefined {
    return this.#rows().find((r) => r.dataset.key === key)
  }

  #top(row: HTMLElement): number {
    return row.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top - this.scroller.clientTop
  }

  /** Index of the first row whose bottom lies below y of the view. */
  #find(rows: readonly HTMLElement[], y: number): number {
    let low = 0
    let high = rows.length
    while (low < high) {
      const middle = (low + high) >> 1
      const row = rows[middle]
      if (row && this.#top(row) + row.offsetHeight <= y) low = middle + 1
      else high = middle
    }
    return low
  }
}
