import { useCatalogues } from '../kit/hooks'
import { Profile } from '../people/Profile'
import type { PanelControl } from '../shell/usePanel'

/** PersonPanel is the profile beside a conversation. */
export default function PersonPanel({ id, control }: { id: string; control: PanelControl }) {
  return useCatalogues('organisation') ? <Profile id={id} onPerson={(person) => control.push(`person:${person}`)} /> : null
}
