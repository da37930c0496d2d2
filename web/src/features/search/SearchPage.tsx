import { useEffect } from 'react'
import { useLocation, useSearch } from 'wouter'
import { asDay, TextField } from '../../ui'
import { useServices, useT, useViewModel } from '../kit/hooks'
import { Columns } from '../shell/Columns'
import { focusHit, HitList } from './HitList'
import { SearchFilters } from './SearchFilters'
import css from './SearchPage.module.css'
import { noQuery, type Query, SearchViewModel } from './SearchViewModel'

/** SearchPage is the screen of 搜索: messages by words, person, conversation and date. What is asked for is in the address. */
export default function SearchPage() {
  const t = useT()
  const s = useServices()
  const [, navigate] = useLocation()
  const params = new URLSearchParams(useSearch())
  const vm = useViewModel(() => new SearchViewModel(s), s.me)
  const query: Query = {
    q: params.get('q') ?? '',
    from: params.get('from') ?? '',
    in: params.get('in') ?? '',
    after: asDay(params.get('after')),
    before: asDay(params.get('before')),
  }
  const key = JSON.stringify(query)
  // biome-ignore lint/correctness/useExhaustiveDependencies: key is the query
  useEffect(() => vm.show(query), [key, vm])

  const change = (next: Partial<Query>) => {
    const text = new URLSearchParams()
    for (const [name, value] of Object.entries({ ...query, ...next })) if (value) text.set(name, value)
    navigate(`/search${text.size ? `?${text}` : ''}`, { replace: true })
  }
  const filtered = key !== JSON.stringify({ ...noQuery, q: query.q })
  return (
    <Columns
      phone="main"
      main={
        // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys only move between the field and the hits
        <div className={css.page} onKeyDown={focusHit}>
          <header className={css.header}>
            <h1 className={css.title}>{t('search.title')}</h1>
            <div data-query>
              <TextField
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
            </div>
            <SearchFilters query={query} onChange={change} />
          </header>
          <div className={css.results}>
            <div className={css.column}>
              <HitList
                vm={vm}
                onOpen={(id, seq) => navigate(`/c/${id}/m/${seq}`)}
                onWiden={filtered ? () => change({ ...noQuery, q: query.q }) : undefined}
              />
            </div>
          </div>
        </div>
      }
    />
  )
}
