import { useEffect, useState } from 'react'
import { organisation, type PersonItem } from '../../api/organisation'
import { Avatar, ListRow, TextField } from '../../ui'
import { useServices, useT } from '../kit/hooks'
import css from './SearchPage.module.css'

/** PersonPicker finds one person by name or pinyin. */
export function PersonPicker({ onPick }: { onPick: (person: PersonItem) => void }) {
  const t = useT()
  const s = useServices()
  const [q, setQ] = useState('')
  const [found, setFound] = useState<readonly PersonItem[]>([])
  useEffect(() => {
    if (q.trim() === '') {
      setFound([])
      return undefined
    }
    const abort = new AbortController()
    const cancel = s.timers.after(150, () => {
      organisation.people(s.api, { q: q.trim(), limit: 6 }, abort.signal).then(
        (list) => setFound(list.items),
        () => {}, // nobody is offered; typing on asks again
      )
    })
    return () => {
      cancel()
      abort.abort()
    }
  }, [q, s])
  return (
    <div className={css.picker}>
      <TextField
        label={t('search.from')}
        placeholder={t('search.pickPerson')}
        autoComplete="off"
        value={q}
        onChange={(e) => setQ(e.target.value)}
      />
      {found.map((p) => (
        <ListRow
          key={p.id}
          leading={<Avatar id={p.id} name={p.name} size={32} />}
          title={p.name}
          subtitle={p.department}
          onClick={() => {
            setQ('')
            onPick(p)
          }}
        />
      ))}
    </div>
  )
}
