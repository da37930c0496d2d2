import { useEffect, useState } from 'react'
import { useLocation, useRoute } from 'wouter'
import { TextField } from '../../ui'
import { useCatalogues, useServices, useT, useViewModel } from '../kit/hooks'
import { focusHit, HitList } from './HitList'
import css from './SearchPage.module.css'
import { noQuery, SearchViewModel } from './SearchViewModel'

/** SearchPanel searches in the conversation beside it; a hit is shown there and the list stays. */
export default function SearchPanel({ id }: { id: string }) {
  return useCatalogues('search') ? <Open id={id} /> : null
}

function Open({ id }: { id: string }) {
  const t = useT()
  const s = useServices()
  const [, navigate] = useLocation()
  const [, at] = useRoute('/c/:id/m/:seq')
  const vm = useViewModel(() => new SearchViewModel(s), id)
  const [q, setQ] = useState('')
  useEffect(() => vm.show(q.trim() === '' ? noQuery : { ...noQuery, q, in: id }), [vm, q, id])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys only move between the field and the hits
    <div className={css.panel} onKeyDown={focusHit}>
      <div className={css.panelField} data-query>
        <TextField
          label={t('search.field')}
          labelHidden
          icon="search"
          type="search"
          placeholder={t('search.hint')}
          maxLength={256}
          autoFocus
          value={q}
          onChange={(e) => setQ(e.target.value)}
        />
      </div>
      <HitList
        vm={vm}
        narrow
        current={Number(at?.seq) || 0}
        onOpen={(conversation, seq) => navigate(`/c/${conversation}/m/${seq}?p=search`)}
      />
    </div>
  )
}
