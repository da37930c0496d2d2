import type { KeyboardEvent } from 'react'
import { Button, EmptyState, Skeleton } from '../../ui'
import { useSnapshot, useT } from '../kit/hooks'
import { HitRow } from './HitRow'
import css from './hits.module.css'
import type { SearchViewModel } from './SearchViewModel'

export interface HitListProps {
  vm: SearchViewModel
  /** In one conversation: its name need not stand on every hit. */
  narrow?: boolean
  current?: number
  onOpen: (conversation: string, seq: number) => void
  /** Takes the filters away; offered when they leave nothing. */
  onWiden?: (() => void) | undefined
}

/** focusHit moves between the field that is searched with and the hits: by arrow keys, Home and End. */
export function focusHit(e: KeyboardEvent<HTMLElement>): void {
  const stops = [...e.currentTarget.querySelectorAll<HTMLElement>('[data-query] input, [data-hit]')]
  const at = stops.indexOf(e.target as HTMLElement)
  const inField = at === 0 && e.target instanceof HTMLInputElement
  const to =
    e.key === 'ArrowDown'
      ? at + 1
      : e.key === 'ArrowUp'
        ? at - 1
        : inField
          ? -1
          : e.key === 'Home'
            ? 1
            : e.key === 'End'
              ? stops.length - 1
              : -1
  if (at < 0 || e.nativeEvent.isComposing || !stops[to]) return
  e.preventDefault()
  stops[to].focus()
}

/** HitList is what a search found, or why there is nothing. */
export function HitList({ vm, narrow, current, onOpen, onWiden }: HitListProps) {
  const t = useT()
  const { hits, state, more, partial } = useSnapshot(vm)
  return (
    <>
      {state === 'idle' && (
        <EmptyState icon="search" title={t(narrow ? 'search.startHere' : 'search.start')} text={t('search.startText')} />
      )}
      {state === 'loading' && hits.length === 0 && <Skeleton rows={6} label={t('common.loading')} />}
      {state === 'failed' && (
        <EmptyState icon="warning" title={t('search.failed')}>
          <Button onClick={vm.retry}>{t('common.retry')}</Button>
        </EmptyState>
      )}
      {state === 'ready' && hits.length === 0 && (
        <EmptyState icon="search" title={t('search.none')} text={t('search.noneText')}>
          {onWiden && <Button onClick={onWiden}>{t('search.everywhere')}</Button>}
        </EmptyState>
      )}
      <ol className={css.hits} aria-label={t('search.hits')}>
        {hits.map((hit) => (
          <HitRow
            key={`${hit.conversation.id}-${hit.message.seq}`}
            hit={hit}
            narrow={narrow ?? false}
            current={narrow === true && hit.message.seq === current}
            onOpen={() => onOpen(hit.conversation.id, hit.message.seq)}
          />
        ))}
      </ol>
      {partial && <p className={css.partial}>{t('search.partial')}</p>}
      {more !== 'none' && (
        <div className={css.more}>
          <Button busy={more === 'loading'} onClick={vm.more}>
            {t('common.loadMore')}
          </Button>
        </div>
      )}
    </>
  )
}
