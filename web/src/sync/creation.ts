import type { UUIDSource } from './uuid'

/**
 * Creation sends requests that make something, so that none is carried out twice: as long as the reader asks for the same and no
 * answer came, the same body goes out under the same client_id.
 */
export class Creation<B extends object> {
  #asked: string | undefined
  #body: (B & { client_id: string }) | undefined

  constructor(private readonly ids: UUIDSource) {}

  /** run sends what make builds; asked is what the reader entered, without what make adds from the state of the world. */
  async run<T>(asked: unknown, make: () => B, send: (body: B & { client_id: string }) => Promise<T>): Promise<T> {
    const key = JSON.stringify(asked)
    if (!this.#body || key !== this.#asked) this.#body = { client_id: this.ids.next(), ...make() }
    this.#asked = key
    const made = await send(this.#body)
    this.#body = undefined
    return made
  }
}
