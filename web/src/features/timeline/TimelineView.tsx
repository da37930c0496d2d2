import { memo, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Brief, Head } from '../../api/types'
import { Button, EmptyState, Icon, Skeleton, Spinner } from '../../ui'
import { errorText } from '../kit/errors'
import { useI18n, useServices, useSnapshot, useStore } from '../kit/hooks'
import { RecallConfirm } from './MessageActions'
import { MessageRow, type RowActions } from './MessageRow'
import { Reminding } from './Reminding'
import type { Row } from './rows'
import { StartOfConversation } from './StartOfConversation'
import { SystemRow } from './SystemRow'
import { type Position, ScrollKeeper } from './scrollKeeper'
import css from './TimelineView.module.css'
import type { TimelineViewModel } from './TimelineViewModel'

const loadWithin = 900 // px to the edge of what is loaded: before the reader gets there

export function TimelineView({ vm, head, actions }: { vm: TimelineViewModel; head: Head; actions: RowActions }) {
  const i18n = useI18n()
  const { t } = i18n
  const services = useServices()
  const snapshot = useSnapshot(vm)
  const { rows, place } = snapshot
  const people = useStore(services.people.known)

  const scroller = useRef<HTMLElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const keeper = useRef<ScrollKeeper>(null)
  const [position, setPosition] = useState<{ far: boolean; dividerAbove: boolean }>({ far: false, dividerAbove: false })
  const [focusKey, setFocusKey] = useState<string>()

  /** The place that was gone to; see TimelineSnapshot.place. */
  const placed = useRef(-1)
  const latest = useRef({ rows, vm })
  latest.current = { rows, vm }

  // Before the effects below: what was held already is shown at once, and nothing would run them again.
  useLayoutEffect(() => {
    if (!scroller.current || !content.current) return
    const moved = (p: Position) => {
      const { rows: now, vm: model } = latest.current
      // Before the reader is where she begins, nothing in view counts: the end is mounted for a moment, and would be read.
      if (now.length === 0 || placed.current !== model.snapshot.place.n) return
      if (p.fromTop < loadWithin) model.older()
      if (p.fromBottom < loadWithin) model.newer()
      const seen = now.findLastIndex((r) => r.key === p.last)
      const first = now.findIndex((r) => r.key === p.first)
      model.saw(seqAt(now, seen), p.atEnd, seqAt(now, first))
      const { dividerSeq } = model.snapshot
      const next = {
        far: p.fromBottom > 240 || !model.snapshot.atEnd,
        dividerAbove: dividerSeq > 0 && dividerSeq < seqAt(now, first),
      }
      setPosition((old) => (old.far === next.far && old.dividerAbove === next.dividerAbove ? old : next))
    }
    const k = new ScrollKeeper(scroller.current, content.current, moved)
    keeper.current = k
    return () => k.dispose()
  }, [])

  // Rows changed: hold the place before the browser paints.
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows are what the place depends on
  useLayoutEffect(() => {
    keeper.current?.restore()
  }, [rows, snapshot.typing, snapshot.loading])

  // The view model wants a place: go there once it is mounted.
  useLayoutEffect(() => {
    const k = keeper.current
    if (!k || placed.current === place.n || rows.length === 0) return
    const before = placed.current
    placed.current = place.n
    if (place.to === 'end') k.toEnd()
    else {
      const row = place.to === 'divider' ? rows.find((r) => r.kind === 'unread') : rows.find((r) => seqOf(r) === place.seq)
      if (!row || !k.show(row.key, place.to === 'divider' ? 0.25 : 0.4)) placed.current = before // not mounted yet
    }
  }, [place, rows])

  const names = useMemo(() => new Intl.ListFormat(i18n.locale, { type: 'conjunction' }), [i18n.locale])

  const move = (from: HTMLElement, by: number) => {
    const all = [...(content.current?.querySelectorAll<HTMLElement>('[data-focus]') ?? [])]
    const at = all.indexOf(from)
    const to = by === Number.NEGATIVE_INFINITY ? all[0] : by === Number.POSITIVE_INFINITY ? all.at(-1) : all[at + by]
    if (!to) return
    to.focus({ preventScroll: true })
    to.scrollIntoView({ block: 'nearest' })
  }

  const lastFocusable = rows.findLast((r) => r.kind === 'message')?.key
  const tabStop = rows.some((r) => r.key === focusKey) ? focusKey : lastFocusable

  return (
    <div className={css.frame}>
      <section
        ref={scroller}
        className={css.scroller}
        data-region="timeline"
        onBlur={(e) => {
          // Whoever comes back from the composer comes to the newest message.
          if (e.relatedTarget && !e.currentTarget.contains(e.relatedTarget)) setFocusKey(undefined)
        }}
        aria-label={t('timeline.label', { name: head.name || (head.peer?.name ?? '') })}
        onKeyDown={(e) => {
          const row = e.target instanceof HTMLElement ? e.target : null
          if (inside(e.key, row)) return e.preventDefault()
          if (!row?.hasAttribute('data-focus')) return
          if (e.key === 'ArrowUp' || e.key === 'k') move(row, -1)
          else if (e.key === 'ArrowDown' || e.key === 'j') move(row, 1)
          else if (e.key === 'Home') move(row, Number.NEGATIVE_INFINITY)
          else if (e.key === 'End') {
            void vm.toNewest()
            move(row, Number.POSITIVE_INFINITY)
          } else return
          e.preventDefault()
        }}
      >
        <div ref={content} role="log" aria-live="off" aria-busy={snapshot.loading === 'first'} className={css.content}>
          {snapshot.loading === 'older' && (
            <div className={css.edge}>
              <Spinner label={t('common.loading')} />
            </div>
          )}
          {snapshot.loading === 'first' && rows.length === 0 && <Skeleton rows={7} label={t('common.loading')} />}
          {rows.map((row) => (
            <RowView
              key={row.key}
              row={row}
              start={row.kind === 'start' ? head : undefined}
              id={head.id}
              kind={head.kind}
              role={head.role}
              place={
                row.kind === 'message' && row.head && head.kind !== 'direct' ? placeOf(people.get(row.message.sender.id)) : ''
              }
              vm={vm}
              actions={actions}
              highlight={snapshot.highlight > 0 && seqOf(row) === snapshot.highlight}
              receipt={row.kind === 'message' ? snapshot.receipts.get(row.message.seq) : undefined}
              focusable={row.key === tabStop}
              onFocus={setFocusKey}
            />
          ))}
          {snapshot.loading === 'newer' && (
            <div className={css.edge}>
              <Spinner label={t('common.loading')} />
            </div>
          )}
        </div>
        {snapshot.error !== undefined && snapshot.error !== null && (
          <EmptyState icon="warning" title={t('timeline.failed')} text={errorText(snapshot.error, i18n)}>
            <Button onClick={vm.retryLoad}>{t('common.retry')}</Button>
          </EmptyState>
        )}
      </section>
      <div className={css.pillsTop}>
        {position.dividerAbove && !snapshot.dividerSeen && snapshot.unreadAtOpening > 0 && (
          <button type="button" className={css.pill} onClick={() => void vm.toDivider()}>
            <Icon name="up" size={14} />
            {t('timeline.unreadAbove', { n: snapshot.unreadAtOpening })}
          </button>
        )}
        {snapshot.mentions.length > 0 && (
          <button type="button" className={css.pill} onClick={() => void vm.toMention()}>
            <Icon name="at" size={14} />
            {t('timeline.mentionsHere', { n: snapshot.mentions.length })}
          </button>
        )}
      </div>
      {position.far && rows.length > 0 && (
        <button type="button" className={`${css.pill} ${css.pillBottom}`} onClick={() => void vm.toNewest()}>
          <Icon name="down" size={14} />
          {snapshot.below > 0 ? t('timeline.newBelow', { n: snapshot.below }) : t('timeline.toNewest')}
        </button>
      )}
      {snapshot.reminding && <Reminding vm={vm} message={snapshot.reminding} />}
      {snapshot.recalling && <RecallConfirm vm={vm} message={snapshot.recalling} />}
      <div className={css.typing} aria-live="off">
        {snapshot.typing.length > 0 &&
          (snapshot.typing.length > 3
            ? t('timeline.typingMany', { n: snapshot.typing.length })
            : t('timeline.typing', { n: snapshot.typing.length, names: names.format(snapshot.typing) }))}
      </div>
    </div>
  )
}

function placeOf(person: Brief | undefined): string {
  return [person?.department, person?.position].filter(Boolean).join(' · ')
}

function seqOf(row: Row): number {
  return row.kind === 'message' || row.kind === 'system' ? row.message.seq : 0
}

/** inside moves by → and ← through the buttons and links of the focused message, Escape back to it; says whether it did. */
function inside(key: string, from: HTMLElement | null): boolean {
  const row = from?.closest<HTMLElement>('[data-focus]')
  if (!from || !row) return false
  if (key === 'Escape' && from !== row) {
    row.focus()
    return true
  }
  if (key !== 'ArrowRight' && key !== 'ArrowLeft') return false
  const stops = [row, ...row.querySelectorAll<HTMLElement>('button:not(:disabled), a[href]')]
  const to = stops[stops.indexOf(from) + (key === 'ArrowRight' ? 1 : -1)]
  to?.focus()
  return to !== undefined
}

/** The seq at a row or the nearest one above it. */
function seqAt(rows: readonly Row[], index: number): number {
  for (let i = index; i >= 0; i--) {
    const row = rows[i]
    const seq = row ? seqOf(row) : 0
    if (seq > 0) return seq
  }
  return 0
}

interface RowViewProps {
  row: Row
  start: Head | undefined
  id: string
  kind: Head['kind']
  role: Head['role']
  place: string
  vm: TimelineViewModel
  actions: RowActions
  highlight: boolean
  receipt: { read: number; unread: number } | undefined
  focusable: boolean
  onFocus: (key: string) => void
}

const RowView = memo(function RowView(p: RowViewProps) {
  const { row, start, highlight } = p
  const i18n = useI18n()
  switch (row.kind) {
    case 'start':
      return (
        <div data-key={row.key} data-mark="">
          {start && <StartOfConversation head={start} />}
        </div>
      )
    case 'day':
      return (
        <div data-key={row.key} data-mark="" className={css.day}>
          <span>{i18n.day(new Date(row.at), new Date())}</span>
        </div>
      )
    case 'unread':
      return (
        <div data-key={row.key} data-mark="" className={css.unread}>
          <span>{i18n.t('timeline.unreadDivider')}</span>
        </div>
      )
    case 'system':
      return (
        <div data-key={row.key} className={highlight ? css.highlight : undefined}>
          <SystemRow message={row.message} />
        </div>
      )
    case 'message':
      return (
        <div data-key={row.key} className={highlight ? css.highlight : undefined}>
          <MessageRow
            rowKey={row.key}
            message={row.message}
            head={row.head}
            entry={row.entry}
            id={p.id}
            kind={p.kind}
            role={p.role}
            place={p.place}
            vm={p.vm}
            actions={p.actions}
            receipt={p.receipt}
            focusable={p.focusable}
            onFocus={p.onFocus}
          />
        </div>
      )
  }
})
