import type { ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { cx, Icon, IconButton, type IconName } from '../../ui'
import { useT } from '../kit/hooks'
import { Columns } from './Columns'
import css from './Sections.module.css'

export interface SectionEntry {
  readonly id: string
  readonly label: string
  readonly icon: IconName
}

export interface SectionsProps {
  title: string
  /** Address of the screen; a section's is this, a slash and its id. */
  href: string
  sections: readonly SectionEntry[]
  /** The one that is shown. */
  current: string | undefined
  /** On a phone: the list of sections, or the one that is shown. */
  phone: 'list' | 'main'
  children: ReactNode
  panel?: ReactNode
  panelLabel?: string
}

/** Sections is a screen of several parts: their list at the left, the chosen one under its name. */
export function Sections({ title, href, sections, current, phone, children, panel, panelLabel }: SectionsProps) {
  const t = useT()
  const [, navigate] = useLocation()
  return (
    <Columns
      listLabel={title}
      phone={phone}
      panel={panel}
      {...(panelLabel ? { panelLabel } : {})}
      list={
        <>
          <header className={css.header}>
            <h1 className={css.title}>{title}</h1>
          </header>
          <ul className={css.list}>
            {sections.map(({ id, label, icon }) => (
              <li key={id}>
                <Link
                  href={`${href}/${id}`}
                  className={cx(css.section, id === current && css.current)}
                  aria-current={id === current ? 'page' : undefined}
                >
                  <Icon name={icon} />
                  {label}
                </Link>
              </li>
            ))}
          </ul>
        </>
      }
      main={
        <>
          <header className={css.header}>
            <span className={css.phoneBack}>
              <IconButton icon="back" label={t('common.back')} tip="bottom" onClick={() => navigate(href)} />
            </span>
            <h2 className={css.title}>{sections.find(({ id }) => id === current)?.label}</h2>
          </header>
          {children}
        </>
      }
    />
  )
}
