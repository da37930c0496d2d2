import { Link, useLocation } from 'wouter'
import { Avatar, cx, Icon, Menu, Tooltip } from '../../ui'
import { useServices, useStore, useT } from '../kit/hooks'
import type { Domain } from './domains'
import css from './Rail.module.css'

/** Rail: the domains from top to bottom, oneself at the end. A number is what waits for me, a dot is other news. */
export function Rail({ domains }: { domains: readonly Domain[] }) {
  const t = useT()
  const s = useServices()
  const { person, roles } = useStore(s.account)
  const { unread, waiting } = useStore(s.conversations.list)
  const { open, due } = useStore(s.later.counts)
  const [location, navigate] = useLocation()
  return (
    <nav className={css.rail} aria-label={t('rail.label')} data-region="rail">
      <span className={css.mark} aria-hidden="true">
        <svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true">
          <path d="M9 9.5h14M16 9.5v13M9 22.5h14" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" fill="none" />
          <circle cx="16" cy="16" r="3.6" className={css.pivot} stroke="currentColor" strokeWidth="2.4" />
        </svg>
      </span>
      <ul className={css.items}>
        {domains.map(({ id, rail, paths }) => {
          if (!rail || (rail.roles && !rail.roles.some((r) => roles.includes(r)))) return null
          const roots = paths.map((p) => p.split('/')[1] ?? '')
          const active = roots.includes(location.split('/')[1] ?? '')
          return (
            <li key={id}>
              <Tooltip text={t(rail.label)} side="right">
                <Link href={rail.href} className={cx(css.item, active && css.active)} aria-current={active ? 'page' : undefined}>
                  <span className={css.icon}>
                    <Icon name={rail.icon} size={22} />
                    {id === 'messages' &&
                      (waiting > 0 ? (
                        <span className={css.badge} role="img" aria-label={t('rail.waiting', { n: waiting })}>
                          {waiting > 99 ? '99+' : waiting}
                        </span>
                      ) : (
                        unread > 0 && <span className={css.dot} role="img" aria-label={t('list.unreadCount', { n: unread })} />
                      ))}
                    {id === 'later' && open > 0 && (
                      <span
                        className={cx(css.badge, due === 0 && css.quiet)}
                        role="img"
                        aria-label={t('rail.laterOpen', { n: open })}
                      >
                        {open > 99 ? '99+' : open}
                      </span>
                    )}
                  </span>
                  <span className={css.label}>{t(rail.label)}</span>
                </Link>
              </Tooltip>
            </li>
          )
        })}
      </ul>
      <div className={css.me}>
        <Menu
          label={person.name}
          align="start"
          trigger={(p) => (
            <button type="button" className={css.avatar} aria-label={t('rail.me', { name: person.name })} {...p}>
              <Avatar id={person.id} name={person.name} />
            </button>
          )}
          items={[
            { id: 'settings', label: t('rail.settings'), icon: 'gear', onSelect: () => navigate('/settings') },
            { id: 'out', label: t('rail.signOut'), icon: 'exit', onSelect: () => void s.signOut() },
          ]}
        />
      </div>
    </nav>
  )
}
