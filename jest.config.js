/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript' },
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  reporters: ['default', '<rootDir>/test/refuse-skipped.js'],
  setupFiles: ['<rootDir>/test/network-off.ts'],
  // Jest leaves a core unused unless it is told; an older worker holds every module that its files have loaded.
  maxWorkers: '100%',
  testSequencer: '<rootDir>/test/slow-first.js',
  workerIdleMemoryLimit: '1GB',
  // For what hangs: how long something may take is asserted where it matters, never left to a busy machine.
  testTimeout: 600_000,
  clearMocks: true,
}
