import { createContext, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { CatalogueName, I18n, Translate } from '../../i18n'
import type { Store } from '../../model/store'
import type { Services } from './services'
import type { ViewModel } from './ViewModel'

export const ServicesContext = createContext<Services | null>(null)

export function useServices(): Services {
  const services = useContext(ServicesContext)
  if (!services) throw new Error('no services above this view')
  return services
}

/** useI18n gives the texts and follows changes of language. */
export function useI18n(): I18n {
  const { i18n } = useServices()
  useSyncExternalStore(i18n.subscribe, () => i18n.version)
  return i18n
}

export function useT(): Translate {
  return useI18n().t
}

export function useStore<S>(store: Store<S>): S {
  return useSyncExternalStore(store.subscribe, () => store.value)
}

export function useSnapshot<S extends object>(vm: ViewModel<S>): S {
  return useSyncExternalStore(vm.subscribe, () => vm.snapshot)
}

/** useViewModel makes a view model when a key changes, starts it while the view is shown, and returns it. */
export function useViewModel<V extends ViewModel<object>>(make: () => V, key: string): V {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for everything that make reads
  const vm = useMemo(make, [key])
  useEffect(() => vm.start(), [vm])
  return vm
}

/** useCatalogues loads texts for what opens on top of any page; true when they are there. */
export function useCatalogues(...names: CatalogueName[]): boolean {
  const { i18n, fail } = useServices()
  const key = names.join(' ')
  const [ready, setReady] = useState('')
  // biome-ignore lint/correctness/useExhaustiveDependencies: key is the names
  useEffect(() => {
    i18n.load(...names).then(() => setReady(key), fail)
  }, [key, i18n, fail])
  return ready === key
}
