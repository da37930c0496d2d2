import { lazy, Suspense, useEffect, useState } from 'react'
import { useLocation, useRoute, useSearch } from 'wouter'
import { cx, Icon, IconButton } from '../../ui'
import { useServices, useT, useViewModel } from '../kit/hooks'
import { OrganisationTree } from '../organisation/OrganisationTree'
import { TreeViewModel } from '../organisation/TreeViewModel'
import { Columns } from '../shell/Columns'
import { Panel } from '../shell/Panel'
import { usePanel } from '../shell/usePanel'
import css from './PeoplePage.module.css'
import { PeopleView } from './PeopleView'
import { type PeopleQuery, PeopleViewModel, wholeCompany } from './PeopleViewModel'
import { Profile } from './Profile'

const NewConversation = lazy(() => import('../newconversation/NewConversation'))

/** PeoplePage is the screen of 通讯录: the organisation, the people of a part of it, one person. */
export default function PeoplePage() {
  const t = useT()
  const s = useServices()
  const [location, navigate] = useLocation()
  const search = useSearch()
  const panel = usePanel()
  const [atDepartment, department] = useRoute('/people/d/:department')
  const [atPerson, person] = useRoute('/people/p/:person')
  const tree = useViewModel(() => new TreeViewModel(s), s.me)
  const people = useViewModel(() => new PeopleViewModel(s), s.me)
  const [inviting, setInviting] = useState(false)

  const params = new URLSearchParams(search)
  const query: PeopleQuery = {
    q: params.get('q') ?? '',
    department: atDepartment ? department.department : '',
    subtree: params.get('direct') !== '1',
    position: params.get('position') ?? '',
    rank: params.get('rank') ?? '',
  }
  const key = JSON.stringify(query)
  // biome-ignore lint/correctness/useExhaustiveDependencies: key is the query
  useEffect(() => {
    if (!atPerson) people.show(query)
  }, [key, people, atPerson])
  useEffect(() => {
    if (query.department) tree.reveal(query.department).catch(() => {})
  }, [query.department, tree])

  /** change writes what is asked for into the address; typing replaces, choosing adds to the history. */
  const change = (next: Partial<PeopleQuery>, replace = true) => {
    const q = { ...query, ...next }
    const text = new URLSearchParams()
    if (q.q) text.set('q', q.q)
    if (q.department && !q.subtree) text.set('direct', '1')
    if (q.position) text.set('position', q.position)
    if (q.rank) text.set('rank', q.rank)
    const base = q.department ? `/people/d/${q.department}` : location === '/people' || next.q ? '/people/all' : location
    navigate(base + (text.size ? `?${text}` : ''), { replace })
  }

  const [kind, what = ''] = (panel.top ?? '').split(':')
  const shownPerson = kind === 'person' ? what : ''
  const openPerson = (id: string) => (atPerson ? navigate(`/people/p/${id}`) : panel.push(`person:${id}`))
  return (
    <>
      <Columns
        listLabel={t('people.title')}
        phone={location === '/people' ? 'list' : 'main'}
        list={
          <>
            <header className={css.header}>
              <h1 className={css.title}>{t('people.title')}</h1>
            </header>
            <button
              type="button"
              className={cx(css.everybody, !query.department && !atPerson && css.active)}
              aria-current={!query.department && !atPerson ? 'page' : undefined}
              onClick={() => navigate('/people/all')}
            >
              <Icon name="people" size={18} />
              {t('people.everybody')}
            </button>
            <OrganisationTree
              vm={tree}
              label={t('people.tree')}
              selected={query.department || undefined}
              onSelect={(row) => {
                if (row.kind === 'department') navigate(`/people/d/${row.key}`)
              }}
              trailing={(row) => row.kind === 'department' && row.department.people_all}
            />
          </>
        }
        main={
          atPerson ? (
            <>
              <header className={css.mainHeader}>
                <IconButton icon="back" label={t('common.back')} tip="bottom" onClick={() => history.back()} />
                <h2 className={css.title}>{t('profile.title')}</h2>
              </header>
              <div className={css.page}>
                <Profile key={person.person} id={person.person} onPerson={openPerson} wide />
              </div>
            </>
          ) : (
            <PeopleView
              vm={people}
              selected={shownPerson}
              onChange={change}
              onClear={() => change({ ...wholeCompany, department: query.department })}
              onPerson={(id) => (panel.stack.length > 0 ? panel.show(`person:${id}`) : panel.push(`person:${id}`))}
              onBack={() => navigate('/people')}
              onGroup={() => setInviting(true)}
            />
          )
        }
        panelLabel={t('profile.title')}
        panel={
          shownPerson && !atPerson ? (
            <Panel title={t('profile.title')} control={panel}>
              <Profile key={shownPerson} id={shownPerson} onPerson={openPerson} />
            </Panel>
          ) : undefined
        }
      />
      {inviting && (
        <Suspense>
          <NewConversation
            kind="group"
            departments={people.snapshot.department ? [people.snapshot.department] : []}
            onClose={() => setInviting(false)}
          />
        </Suspense>
      )}
    </>
  )
}
