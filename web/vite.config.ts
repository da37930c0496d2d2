import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// The client is served by the Go binary from web/dist with hashed names under a strict CSP: nothing inline, nothing from elsewhere.
export default defineConfig({
  plugins: [react()],
  resolve: { alias: { entities: fileURLToPath(new URL('./src/features/timeline/entities.ts', import.meta.url)) } },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0, // inlined fonts or images would need data: in more places of the CSP
    modulePreload: { polyfill: false },
    manifest: 'manifest.json', // scripts/sizes.mjs reads which chunk needs which
    reportCompressedSize: false,
  },
  server: {
    proxy: { '/api': { target: 'http://127.0.0.1:8065', ws: true } },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    testTimeout: 10_000,
    server: { deps: { inline: ['markdown-it'] } }, // so that tests parse with what is built
  },
})
