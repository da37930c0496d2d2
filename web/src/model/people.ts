import type { Brief, Message, Person, PersonID } from '../api/types'
import { Store } from './store'

/** People remembers who was met: names for mentions and reactions, departments and positions where they are known. */
export class People {
  readonly known = new Store<ReadonlyMap<PersonID, Brief>>(new Map())

  name(id: PersonID): string | undefined {
    return this.known.value.get(id)?.name
  }

  get(id: PersonID): Brief | undefined {
    return this.known.value.get(id)
  }

  learn(people: readonly Brief[]): void {
    const known = this.known.value
    const news = people.filter((p) => {
      const old = known.get(p.id)
      return (
        !old ||
        old.name !== p.name ||
        (p.department !== '' && old.department !== p.department) ||
        (p.position !== '' && old.position !== p.position)
      )
    })
    if (news.length === 0) return
    const next = new Map(known)
    for (const p of news) {
      const old = next.get(p.id)
      next.set(p.id, { ...p, department: p.department || (old?.department ?? ''), position: p.position || (old?.position ?? '') })
    }
    this.known.set(next)
  }

  learnFrom(messages: readonly Message[]): void {
    const met: Brief[] = []
    for (const m of messages) {
      if (m.sender.id) met.push({ department: '', position: '', ...m.sender })
      for (const x of m.mentions ?? []) {
        if (x.id !== 'all') met.push({ id: x.id, kind: 'person', name: x.name, department: '', position: '' })
      }
    }
    this.learn(met)
  }
}

/** briefOf is how a person of whom the whole record is known appears: with the primary membership. */
export function briefOf(p: Person): Brief {
  const primary = p.memberships?.find((m) => m.primary) ?? p.memberships?.[0]
  return {
    id: p.id,
    kind: 'person',
    name: p.name,
    department: primary?.department.name ?? '',
    position: primary?.position?.name ?? '',
  }
}
