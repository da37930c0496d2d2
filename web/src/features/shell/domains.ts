import type { ComponentType } from 'react'
import type { Role } from '../../api/types'
import type { CatalogueName, Key } from '../../i18n'
import type { IconName } from '../../ui'

/** Domain is one entry of the rail: its paths, the texts it needs, and the page that is loaded when it is opened. */
export interface Domain {
  readonly id: string
  /** Patterns of wouter; the first one that matches decides. */
  readonly paths: readonly string[]
  readonly catalogues: readonly CatalogueName[]
  readonly load: () => Promise<{ default: ComponentType }>
  readonly rail?: {
    readonly label: Key
    readonly icon: IconName
    readonly href: string
    /** Shown only to people with one of these roles. */
    readonly roles?: readonly Role[]
  }
}
