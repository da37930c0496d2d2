import { createRoot } from 'react-dom/client'
import { ServicesContext } from '../features/kit/hooks'
import type { Services } from '../features/kit/services'
import { Shell } from '../features/shell/Shell'
import { domains } from './domains'

/** mountApp shows the client of a signed-in person. */
export function mountApp(root: HTMLElement, services: Services): void {
  createRoot(root).render(
    <ServicesContext value={services}>
      <Shell domains={domains} />
    </ServicesContext>,
  )
}
