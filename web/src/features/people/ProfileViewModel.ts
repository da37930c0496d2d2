import { ApiError } from '../../api/client'
import { conversations } from '../../api/conversations'
import { organisation as api, type Person } from '../../api/organisation'
import type { Brief, PersonID } from '../../api/types'
import type { Services } from '../kit/services'
import { ViewModel } from '../kit/ViewModel'

export interface ProfileSnapshot {
  /** What is known before the answer is there. */
  readonly brief: Brief | undefined
  readonly person: Person | undefined
  readonly state: 'loading' | 'ready' | 'failed' | 'unknown'
  readonly talking: boolean
  readonly self: boolean
}

/** ProfileViewModel is everything about one person, and the way to talk with her. */
export class ProfileViewModel extends ViewModel<ProfileSnapshot> {
  constructor(
    private readonly s: Services,
    private readonly id: PersonID,
  ) {
    super({ brief: s.people.get(id), person: undefined, state: 'loading', talking: false, self: id === s.me })
  }

  override start(): () => void {
    void this.load()
    return () => {}
  }

  load = async (): Promise<void> => {
    try {
      const person = await api.person(this.s.api, this.id)
      this.s.people.learn([...person.line.up, ...person.line.down])
      this.merge({ person, state: 'ready' })
    } catch (e) {
      const unknown = e instanceof ApiError && (e.code === 'not_found' || e.code === 'invalid')
      this.merge({ state: unknown ? 'unknown' : 'failed' })
    }
  }

  /** talk opens the direct conversation and returns where it is; undefined when that failed. */
  talk = async (): Promise<string | undefined> => {
    this.merge({ talking: true })
    try {
      const head = await conversations.create(this.s.api, {
        client_id: this.s.ids.next(),
        kind: 'direct',
        members: [this.id],
      })
      this.s.messaging.heads([head], false)
      return `/c/${head.id}`
    } catch (e) {
      this.s.fail(e)
      return undefined
    } finally {
      this.merge({ talking: false })
    }
  }
}
