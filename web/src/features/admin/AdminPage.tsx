import { useLocation, useRoute } from 'wouter'
import type { Key } from '../../i18n'
import { ListRow } from '../../ui'
import { useServices, useStore, useT } from '../kit/hooks'
import { Columns } from '../shell/Columns'
import css from './Admin.module.css'
import { AuditSection } from './AuditSection'
import { CompanySection } from './CompanySection'
import { ImportSection } from './ImportSection'
import { PeopleSection } from './PeopleSection'

const sections = [
  { id: 'people', label: 'admin.people', role: 'system_admin', view: PeopleSection },
  { id: 'import', label: 'admin.import', role: 'system_admin', view: ImportSection },
  { id: 'settings', label: 'admin.settings', role: 'system_admin', view: CompanySection },
  { id: 'audit', label: 'admin.audit', role: 'audit_admin', view: AuditSection },
] as const satisfies readonly { id: string; label: Key; role: string; view: () => React.JSX.Element }[]

/** AdminPage is the screen of 管理: sections by role. */
export default function AdminPage() {
  const t = useT()
  const s = useServices()
  const [, navigate] = useLocation()
  const [inSection, params] = useRoute('/admin/:section')
  const { roles } = useStore(s.account)
  const mine = sections.filter((x) => (roles as readonly string[]).includes(x.role))
  const open = mine.find((x) => inSection && x.id === params.section) ?? mine[0]
  return (
    <Columns
      listLabel={t('admin.title')}
      phone={inSection ? 'main' : 'list'}
      list={
        <>
          <header className={css.header}>
            <h1 className={css.title}>{t('admin.title')}</h1>
          </header>
          {mine.map((x) => (
            <ListRow key={x.id} title={t(x.label)} selected={x === open} onClick={() => navigate(`/admin/${x.id}`)} />
          ))}
        </>
      }
      main={
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long table has nothing to focus; the keyboard scrolls it here
        <div className={css.page} tabIndex={0}>
          {open && (
            <>
              <h2 className={css.title}>{t(open.label)}</h2>
              <open.view />
            </>
          )}
        </div>
      }
    />
  )
}
