import { Component, type ReactNode } from 'react'
import { Button, EmptyState } from '../../ui'
import { ServicesContext } from '../kit/hooks'

/** What browsers say when a file of the client could not be loaded. */
const missing = /dynamically imported module|importing a module|module script|preload/i
const again = 10_000 // ms: a second failure so soon after a reload is not cured by another one

/**
 * Boundary stands around a page that could not be shown: its file could not be loaded, or drawing it failed. After an upgrade of the server
 * the files that an old page knows are gone: then the page starts again by itself with the new ones (what was written is kept).
 */
export class Boundary extends Component<{ children: ReactNode; at: string; onRetry: () => void }, { failed: unknown }> {
  static override contextType = ServicesContext
  declare context: React.ContextType<typeof ServicesContext>
  override state = { failed: undefined as unknown }

  static getDerivedStateFromError(error: unknown) {
    return { failed: error ?? 'unknown' }
  }

  override componentDidCatch(error: unknown): void {
    const s = this.context
    const last = Number(sessionStorage.getItem('reloaded')) || 0
    if (s?.connection.value.phase !== 'online' || !missing.test(String(error)) || s.timers.now() - last < again) return
    sessionStorage.setItem('reloaded', String(s.timers.now()))
    location.reload()
  }

  override componentDidUpdate(before: { at: string }): void {
    if (before.at !== this.props.at && this.state.failed !== undefined) this.setState({ failed: undefined })
  }

  override render(): ReactNode {
    if (this.state.failed === undefined) return this.props.children
    const t = this.context?.i18n.t
    return (
      <main style={{ display: 'flex', flex: 1, alignItems: 'center', justifyContent: 'center' }}>
        <EmptyState icon="warning" title={t?.('error.page') ?? ''}>
          <Button
            kind="primary"
            onClick={() => {
              this.setState({ failed: undefined })
              this.props.onRetry()
            }}
          >
            {t?.('common.retry') ?? ''}
          </Button>
        </EmptyState>
      </main>
    )
  }
}
