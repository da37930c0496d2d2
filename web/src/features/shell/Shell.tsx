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
              <main className={css.wait}>
                <Spinner label={t('common.loading')} />
              </main>
            }
          >
            <Switch>
              <Route path="/">
                <Redirect to="/c" replace />
              </Route>
              {pages.flatMap(({ domain, Page }) => domain.paths.map((path) => <Route key={path} path={path} component={Page} />))}
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

/** F6 and Shift+F6 go from region to region: rail, list, header, messages, composer, panel. */
function useRegions(): void {
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.key !== 'F6') return
      e.preventDefault()
      // A column that is itself divided counts by its parts.
      const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(
        (r) => r.offsetParent !== null && r.querySelector('[data-region]') === null,
      )
      const at = regions.findIndex((r) => r.contains(document.activeElement))
      // What one comes for, before what stands first; what is not shown here (a phone's back) takes no focus.
      const wanted = ['textarea', '[aria-current="page"]', '[data-focus][tabindex="0"]', 'a[href], button:not(:disabled), input']
      const targetIn = (region: HTMLElement | undefined) =>
        wanted.flatMap((q) => [...(region?.querySelectorAll<HTMLElement>(q) ?? [])]).find((el) => el.offsetParent !== null)
      const step = e.shiftKey ? regions.length - 1 : 1
      const from = at < 0 && e.shiftKey ? 0 : at
      // A region with nothing to do in it (no message yet) is passed over.
      const round = regions.map((_, n) => targetIn(regions[(from + step * (n + 1) + regions.length) % regions.length]))
      const target = round.find((el) => el !== undefined)
      target?.focus()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}
