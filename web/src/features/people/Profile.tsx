import { Link, useLocation } from 'wouter'
import type { Brief, PersonID } from '../../api/types'
import { Avatar, Button, cx, EmptyState, IconButton, ListRow, Spinner } from '../../ui'
import { useI18n, useServices, useSnapshot, useStore, useViewModel } from '../kit/hooks'
import css from './Profile.module.css'
import { ProfileViewModel } from './ProfileViewModel'

/** Profile is one person: who she is, where she stands, how to reach her. */
export function Profile({ id, onPerson, wide }: { id: PersonID; onPerson: (id: PersonID) => void; wide?: boolean }) {
  const i18n = useI18n()
  const { t } = i18n
  const s = useServices()
  const [, navigate] = useLocation()
  const online = useStore(s.presence.online).has(id) && id !== s.me
  const vm = useViewModel(() => new ProfileViewModel(s, id), id)
  const { brief, person, state, talking, self } = useSnapshot(vm)
  if (state === 'unknown') return <EmptyState icon="person" title={t('profile.unknown')} />
  if (state === 'failed') {
    return (
      <EmptyState icon="warning" title={t('profile.failed')}>
        <Button onClick={() => void vm.load()}>{t('common.retry')}</Button>
      </EmptyState>
    )
  }
  const name = person?.name ?? brief?.name ?? ''
  const primary = person?.memberships.find((m) => m.primary) ?? person?.memberships[0]
  const under = person
    ? [primary?.department.name, primary?.title || primary?.position?.name]
    : [brief?.department, brief?.position]
  const facts: (readonly [string, string, string?])[] = []
  if (person) {
    if (person.employee_no) facts.push([t('profile.employeeNo'), person.employee_no])
    if (person.rank) facts.push([t('profile.rank'), person.rank.name])
    if (person.mobile) facts.push([t('profile.mobile'), person.mobile, `tel:${person.mobile}`])
    if (person.email) facts.push([t('profile.email'), person.email, `mailto:${person.email}`])
    if (person.login) facts.push([t('profile.login'), person.login])
    if (person.location) facts.push([t('profile.location'), person.location])
    if (person.hired_on) facts.push([t('profile.hiredOn'), i18n.date(new Date(`${person.hired_on}T00:00`), new Date(0))])
  }
  return (
    <div className={cx(css.profile, wide && css.wide)}>
      <div className={css.hero}>
        <Avatar id={id} name={name} size={64} online={online} />
        <div className={css.heroNames}>
          <p className={css.name}>
            {name}
            {person?.name_en && person.name_en !== person.name && <span className={css.nameEn}>{person.name_en}</span>}
          </p>
          <p className={css.under}>{under.filter(Boolean).join(' · ')}</p>
          {online && <p className={css.online}>{t('presence.online')}</p>}
          {person && person.status !== 'active' && <p className={css.status}>{t(`person.status.${person.status}`)}</p>}
        </div>
      </div>
      {!self && (
        <div className={css.acts}>
          <Button
            kind="primary"
            icon="chat"
            busy={talking}
            onClick={() =>
              void vm.talk().then((to) => {
                if (to) navigate(to)
              })
            }
          >
            {t('profile.talk')}
          </Button>
        </div>
      )}
      {!person && <Spinner label={t('common.loading')} />}
      {facts.length > 0 && (
        <section className={css.section} aria-label={t('profile.contact')}>
          <dl className={css.facts}>
            {facts.map(([label, value, href]) => (
              <div key={label} className={css.fact}>
                <dt>{label}</dt>
                <dd>
                  {href ? <a href={href}>{value}</a> : value}
                  <span className={css.copy}>
                    <IconButton
                      icon="copy"
                      size="s"
                      label={t('profile.copy', { name: label })}
                      onClick={() => void s.copy(value).then((ok) => ok && s.say('common.copied'))}
                    />
                  </span>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      {person && person.memberships.length > 0 && (
        <section className={css.section}>
          <h3>{t('profile.memberships')}</h3>
          <ul className={css.memberships}>
            {person.memberships.map((m) => {
              const title = m.title || m.position?.name
              return (
                <li key={`${m.department.id} ${m.position?.id ?? ''}`}>
                  <p className={css.membership}>
                    <Link href={`/people/d/${m.department.id}`}>{m.department.name}</Link>
                    {title && <span>{title}</span>}
                    {m.primary && person.memberships.length > 1 && <span className={css.tag}>{t('profile.primary')}</span>}
                  </p>
                  {m.department.path && m.department.path.length > 1 && (
                    <p className={css.path}>{m.department.path.map((d) => d.name).join(' / ')}</p>
                  )}
                </li>
              )
            })}
          </ul>
        </section>
      )}
      {person && person.line.up.length > 0 && (
        <section className={css.section}>
          <h3>{t('profile.line')}</h3>
          <ol className={css.line}>
            {[...person.line.up].reverse().map((p) => (
              <li key={p.id}>
                <PersonRow person={p} onPerson={onPerson} />
              </li>
            ))}
            <li aria-current="true" className={css.here}>
              <PersonRow person={{ ...person, department: under[0] ?? '', position: under[1] ?? '' }} />
            </li>
          </ol>
        </section>
      )}
      {person && person.line.down.length > 0 && (
        <section className={css.section}>
          <h3>{t('profile.reports', { n: person.line.down.length })}</h3>
          <ul className={css.reports}>
            {person.line.down.map((p) => (
              <li key={p.id}>
                <PersonRow person={p} onPerson={onPerson} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}

function PersonRow({
  person,
  onPerson,
}: {
  person: Pick<Brief, 'id' | 'name' | 'department' | 'position'>
  onPerson?: (id: string) => void
}) {
  return (
    <ListRow
      leading={<Avatar id={person.id} name={person.name} size={32} />}
      title={person.name}
      subtitle={[person.department, person.position].filter(Boolean).join(' · ')}
      {...(onPerson ? { onClick: () => onPerson(person.id) } : {})}
    />
  )
}
