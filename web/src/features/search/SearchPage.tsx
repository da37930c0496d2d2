import { useEffect, useState } from 'react'
import { useLocation, useSearch } from 'wouter'
import { organisation } from '../../api/organisation'
import { Button, Chip, EmptyState, Select, Skeleton, TextField } from '../../ui'
import { useServices, useSnapshot, useStore, useT, useViewModel } from '../kit/hooks'
import { Columns } from '../shell/Columns'
import { HitRow } from './HitRow'
import { PersonPicker } from './PersonPicker'
import css from './SearchPage.module.css'
import { noQuery, type Query, SearchViewModel } from './SearchViewModel'

/** SearchPage is the screen of 搜索: messages by words, person, conversation and date. What is asked for is in the address. */
export default function SearchPage() {
  const t = useT()
  const s = useServices()
  const [, navigate] = useLocation()
  const params = new URLSearchParams(useSearch())
  const vm = useViewModel(() => new SearchViewModel(s), s.me)
  const { hits, state, more, partial } = useSnapshot(vm)
  const conversations = useStore(s.conversations.list)
  const query: Query = {
    q: params.get('q') ?? '',
    from: params.get('from') ?? '',
    in: params.get('in') ?? '',
    after: params.get('after') ?? '',
    before: params.get('before') ?? '',
  }
  const key = JSON.stringify(query)
  // biome-ignore lint/correctness/useExhaustiveDependencies: key is the query
  useEffect(() => vm.show(query), [key, vm])

  const change = (next: Partial<Query>) => {
    const text = new URLSearchParams()
    for (const [name, value] of Object.entries({ ...query, ...next })) if (value) text.set(name, value)
    navigate(`/search${text.size ? `?${text}` : ''}`, { replace: true })
  }

  const [fromName, setFromName] = useState('')
  useEffect(() => {
    if (!query.from) return
    setFromName(s.people.name(query.from) ?? '')
    organisation.person(s.api, query.from).then(
      (p) => setFromName(p.name),
      () => {}, // the chip keeps what it has
    )
  }, [query.from, s])

  return (
    <Columns
      phone="main"
      main={
        <div className={css.page}>
          <header className={css.header}>
            <h1 className={css.title}>{t('search.title')}</h1>
            <TextField
              className={css.field ?? ''}
              label={t('search.field')}
              labelHidden
              icon="search"
              type="search"
              placeholder={t('search.hint')}
              maxLength={256}
              autoFocus
              value={query.q}
              onChange={(e) => change({ q: e.target.value })}
            />
            <div className={css.filters}>
              {query.from ? (
                <Chip onRemove={() => change({ from: '' })} removeLabel={t('search.remove', { name: fromName })} selected>
                  {t('search.from')}: {fromName}
                </Chip>
              ) : (
                <PersonPicker onPick={(p) => change({ from: p.id })} />
              )}
              <Select
                label={t('search.in')}
                value={query.in}
                onChange={(e) => change({ in: e.target.value })}
                options={[
                  { value: '', label: t('search.everywhere') },
                  ...conversations.order.flatMap((id) => {
                    const c = conversations.byId.get(id)
                    return c ? [{ value: c.id as string, label: c.name || c.peer?.name || t('search.direct') }] : []
                  }),
                ]}
              />
              <TextField
                label={t('search.after')}
                type="date"
                value={query.after}
                onChange={(e) => change({ after: e.target.value })}
              />
              <TextField
                label={t('search.before')}
                type="date"
                value={query.before}
                onChange={(e) => change({ before: e.target.value })}
              />
            </div>
          </header>
          <div className={css.results}>
            {state === 'idle' && <EmptyState icon="search" title={t('search.start')} text={t('search.startText')} />}
            {state === 'loading' && hits.length === 0 && <Skeleton rows={6} label={t('common.loading')} />}
            {state === 'failed' && (
              <EmptyState icon="warning" title={t('search.failed')}>
                <Button onClick={vm.retry}>{t('common.retry')}</Button>
              </EmptyState>
            )}
            {state === 'ready' && hits.length === 0 && (
              <EmptyState icon="search" title={t('search.none')} text={t('search.noneText')}>
                {key !== JSON.stringify({ ...noQuery, q: query.q }) && (
                  <Button onClick={() => change({ ...noQuery, q: query.q })}>{t('search.everywhere')}</Button>
                )}
              </EmptyState>
            )}
            <ol className={css.hits}>
              {hits.map((hit) => (
                <HitRow
                  key={`${hit.conversation.id}-${hit.message.seq}`}
                  hit={hit}
                  onOpen={() => navigate(`/c/${hit.conversation.id}/m/${hit.message.seq}`)}
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
          </div>
        </div>
      }
    />
  )
}
