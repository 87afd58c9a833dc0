/**
 * The lint rules of the page, its tests and the scripts: few, and each one a kind of mistake. Form is nobody's business here.
 */
import path from 'node:path';
import globals from 'globals';

/** @type {import('eslint').Linter.RulesRecord} */
const rules = {
    'constructor-super': 'error',
    'eqeqeq': ['error', 'always', { null: 'ignore' }],
    'no-constant-condition': ['error', { checkLoops: 'allExceptWhileTrue' }],
    'no-dupe-keys': 'error',
    'no-eval': 'error',
    'no-fallthrough': 'error',
    'no-implied-eval': 'error',
    'no-loss-of-precision': 'error',
    'no-self-assign': 'error',
    'no-self-compare': 'error',
    'no-undef': 'error',
    'no-unmodified-loop-condition': 'error',
    'no-unreachable': 'error',
    'no-unsafe-finally': 'error',
    'no-unused-vars': ['error', { args: 'none' }],
    'no-useless-assignment': 'error',
    'no-var': 'error',
    'prefer-const': 'error',
    'use-isnan': 'error',
};

export default [
    { ignores: ['**/node_modules/**', '**/www/wasm/**', '**/www/vendor/**', 'wasm/**', 'vendor/**'] },
    {
        // From the top of the project, wherever eslint was started.
        basePath: path.join(import.meta.dirname, '..'),
        files: ['**/*.js', '**/*.mjs'],
        languageOptions: { globals: { ...globals.browser, ...globals.worker } },
        rules,
    },
    {
        basePath: path.join(import.meta.dirname, '..'),
        // The code of presets is for Node, and shown, not loaded.
        files: ['.ci/**', 'tests/**', 'www/*.config.js', 'www/presets/**'],
        languageOptions: { globals: globals.node },
    },
];
