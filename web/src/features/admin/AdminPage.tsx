import { useLocation } from 'wouter'
import type { Role } from '../../api/types'
import type { Key } from '../../i18n'
import { EmptyState, type IconName } from '../../ui'
import { useServices, useStore, useT } from '../kit/hooks'
import { Sections } from '../shell/Sections'
import { AccountsView } from './AccountsView'
import { AuditView } from './AuditView'
import { CataloguesView } from './CataloguesView'
import { CompanyView } from './CompanyView'
import { DepartmentsView } from './DepartmentsView'
import { ImportView } from './ImportView'

/** What a section draws: main column, and beside it what id names. */
export interface SectionProps {
  readonly id: string
  /** Opens something beside the list; "" closes it. */
  readonly open: (id: string) => void
  readonly frame: (main: React.ReactNode, panel?: { label: string; view: React.ReactNode }) => React.JSX.Element
}

interface Section {
  readonly id: string
  readonly label: Key
  readonly icon: IconName
  readonly role: Role
  readonly view: (props: SectionProps) => React.JSX.Element
}

const sections: readonly Section[] = [
  { id: 'people', label: 'admin.people', icon: 'people', role: 'system_admin', view: AccountsView },
  { id: 'departments', label: 'admin.departments', icon: 'tree', role: 'system_admin', view: DepartmentsView },
  { id: 'catalogues', label: 'admin.catalogues', icon: 'list', role: 'system_admin', view: CataloguesView },
  { id: 'import', label: 'admin.import', icon: 'upload', role: 'system_admin', view: ImportView },
  { id: 'settings', label: 'admin.settings', icon: 'gear', role: 'system_admin', view: CompanyView },
  { id: 'audit', label: 'admin.audit', icon: 'shield', role: 'audit_admin', view: AuditView },
]

/** AdminPage is the screen of 管理: sections by role, one beside the list, and what one looks at in it at the right. */
export default function AdminPage() {
  const t = useT()
  const s = useServices()
  const [location, navigate] = useLocation()
  const { roles } = useStore(s.account)
  const [, , name = '', id = ''] = location.split('/')
  const mine = sections.filter((x) => roles.includes(x.role))
  const open = mine.find((x) => x.id === name) ?? mine[0]
  const frame: SectionProps['frame'] = (main, panel) => (
    <Sections
      title={t('admin.title')}
      href="/admin"
      sections={mine.map((x) => ({ ...x, label: t(x.label) }))}
      current={open?.id}
      phone={name ? 'main' : 'list'}
      panel={panel?.view}
      {...(panel ? { panelLabel: panel.label } : {})}
    >
      {main}
    </Sections>
  )
  if (!open) return frame(<EmptyState icon="shield" title={t('admin.nothingForYou')} text={t('admin.nothingForYouText')} />)
  const show = (what: string) => navigate(`/admin/${open.id}${what ? `/${what}` : ''}`)
  return <open.view key={open.id} id={name === open.id ? id : ''} open={show} frame={frame} />
}
