/** UUIDv7 (RFC 9562 §5.7) in its lower-case canonical form: time first, so that the server's index stays sequential. */
export class UUIDSource {
  #last = 0
  #sequence = 0
  constructor(
    private readonly now: () => number,
    /** crypto.getRandomValues; crypto.randomUUID does not exist on plain http. */
    private readonly fill: (bytes: Uint8Array<ArrayBuffer>) => void,
  ) {}

  next(): string {
    const bytes = new Uint8Array(16)
    this.fill(bytes)
    const now = this.now()
    if (now > this.#last) {
      this.#last = now
      this.#sequence = ((bytes[6] ?? 0) & 0x07) * 256 + (bytes[7] ?? 0) // 11 random bits: room to count up within the 12
    } else if (++this.#sequence > 0xfff) {
      this.#last++
      this.#sequence = 0
    }
    let t = this.#last
    for (let i = 5; i >= 0; i--) {
      bytes[i] = t % 256
      t = Math.floor(t / 256)
    }
    bytes[6] = 0x70 | (this.#sequence >> 8)
    bytes[7] = this.#sequence & 0xff
    bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
    const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  }
}
