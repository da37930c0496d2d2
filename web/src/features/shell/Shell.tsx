import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { Redirect, Route, Switch, useLocation } from 'wouter'
import { EmptyState, Spinner, Toasts } from '../../ui'
import { useServices, useStore, useT } from '../kit/hooks'
import { Boundary } from './Boundary'
import { ConnectionBanner } from './ConnectionBanner'
import type { Domain } from './domains'
import { Overlays } from './Overlays'
import { ProofDialog } from './ProofDialog'
import { Rail } from './Rail'
import css from './Shell.module.css'
import { useRegions } from './useRegions'

/** Shell is the frame around everything for people who are signed in. */
export function Shell({ domains }: { domains: readonly Domain[] }) {
  const t = useT()
  const s = useServices()
  const toasts = useStore(s.toasts.items)
  const [location] = useLocation()
  const [round, setRound] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page that could not be loaded is asked for again in the next round
  const pages = useMemo(
    () =>
      domains.map((d) => ({
        domain: d,
        Page: lazy(async () => {
          const [page] = await Promise.all([d.load(), s.i18n.load(...d.catalogues)])
          return page
        }),
      })),
    [domains, s, round],
  )
  useTitle()
  useRegions()
  return (
    <div className={css.shell} data-deep={/^\/(c\/|channels)/.test(location) || undefined}>
      <Rail domains={domains} />
      <div className={css.rest}>
        <ConnectionBanner />
        <Boundary at={location} onRetry={() => setRound((n) => n + 1)}>
          <Suspense
            fallback={
              <main className={css.wait} data-region="main">
                <Spinner label={t('common.loading')} />
              </main>
            }
          >
            <Switch>
              <Route path="/">
                <Redirect to="/c" replace />
              </Route>
              {pages.flatMap(({ domain, Page }) =>
                // One key for all addresses of a domain: going from one to another changes its page instead of making it anew.
                domain.paths.map((path) => <Route key={domain.id} path={path} component={Page} />),
              )}
              <Route>
                <main className={css.wait}>
                  <EmptyState icon="warning" title={t('main.unknownPage')} />
                </main>
              </Route>
            </Switch>
          </Suspense>
        </Boundary>
      </div>
      <ProofDialog />
      <Overlays />
      <Toasts items={toasts} closeLabel={t('common.close')} onClose={(id) => s.toasts.close(id)} />
    </div>
  )
}

/** The window's title says whose messages these are and how many are unread. */
function useTitle(): void {
  const s = useServices()
  const t = useT()
  const { unread } = useStore(s.conversations.list)
  const { company } = useStore(s.account)
  const owner = company.name || t('app.name')
  useEffect(() => {
    document.title = unread > 0 ? `(${unread > 99 ? '99+' : unread}) ${owner}` : owner
  }, [unread, owner])
}
