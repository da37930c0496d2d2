import { useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { path } from '../../api/client'
import { conversations as api } from '../../api/conversations'
import type { Person } from '../../api/types'
import { briefOf } from '../../model/people'
import { Avatar, Button } from '../../ui'
import { useServices, useT } from '../kit/hooks'
import css from './panels.module.css'

/** PersonPanel is the small profile beside a conversation. */
export function PersonPanel({ id }: { id: string }) {
  const t = useT()
  const s = useServices()
  const [, navigate] = useLocation()
  const [person, setPerson] = useState<Person>()
  const [busy, setBusy] = useState(false)
  const known = s.people.get(id)
  useEffect(() => {
    let current = true
    s.api.get<Person>(path('/people/{}', id)).then(
      (p) => {
        if (current) setPerson(p)
      },
      (e) => {
        if (current) s.fail(e)
      },
    )
    return () => {
      current = false
    }
  }, [id, s])
  const talk = async () => {
    setBusy(true)
    try {
      const head = await api.create(s.api, { client_id: s.ids.next(), kind: 'direct', members: [id] })
      s.messaging.heads([head], false)
      navigate(`/c/${head.id}`)
    } catch (e) {
      s.fail(e)
    } finally {
      setBusy(false)
    }
  }
  const brief = person ? briefOf(person) : known
  const name = brief?.name ?? ''
  const facts = (
    [
      ['person.employeeNo', person?.employee_no],
      ['person.email', person?.email],
      ['person.mobile', person?.mobile],
      ['person.location', person?.location],
    ] as const
  ).filter(([, value]) => value)
  return (
    <>
      <div className={css.hero}>
        <Avatar id={id} name={name} size={64} />
        <p className={css.heroName}>{name}</p>
        <p className={css.faint}>{[brief?.department, brief?.position].filter(Boolean).join(' · ')}</p>
        {id !== s.me && (
          <Button kind="primary" icon="chat" busy={busy} onClick={() => void talk()}>
            {t('person.talk')}
          </Button>
        )}
      </div>
      {facts.length > 0 && (
        <section className={css.section}>
          <dl className={css.facts}>
            {facts.map(([key, value]) => (
              <Fact key={key} name={t(key)} value={value ?? ''} />
            ))}
          </dl>
        </section>
      )}
    </>
  )
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  )
}
