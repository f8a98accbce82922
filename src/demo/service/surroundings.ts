// Room: demo. The sample service as version 1.0.0 has it: what lies around the code.

import type {Project} from '../../domain/project.ts';
import {source} from '../history/edits.ts';

export const PACKAGE = source`
{
	"name": "bakery",
	"version": "0.1.0",
	"description": "Takes orders for a corner bakery",
	"private": true,
	"type": "module",
	"license": "MIT",
	"engines": {
		"node": ">=22.13"
	},
	"scripts": {
		"start": "node src/server.js",
		"migrate": "node migrate.js",
		"lint": "echo there is no linter yet",
		"test": "node --test"
	}
}
`;

export const README = source`
# bakery

Takes orders for a corner bakery: a small HTTP service without dependencies, on SQLite.

## Run it

    npm run migrate
    npm start

It listens on HOST and PORT (127.0.0.1:3000) and keeps its data in DATABASE (./data.db).

## Ask it

    curl localhost:3000/products
    curl localhost:3000/orders -d '{"customer": "Ada", "product": "rye", "quantity": 2}'

The interface is described in openapi.yaml.

## Test it

    npm test

## Who we are

Mara runs the shop, Tomás the ovens, Inês and Jun the code.
`;

export const GITIGNORE = source`
node_modules/
data.db*
.orchestra/
`;

export const DOCKERFILE = source`
FROM node:22.13-alpine

WORKDIR /app
COPY . .

ENV HOST=0.0.0.0
EXPOSE 3000

USER node
CMD ["node", "src/server.js"]
`;

export const CI = source`
name: ci

on:
  push:
    branches: [main, dev]
  pull_request:

permissions:
  contents: read

jobs:
  test:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v4

      - uses: actions/setup-node@v4
        with:
          node-version: 22

      - run: npm test
`;

export const OPENAPI = source`
openapi: 3.1.0
info:
  title: bakery
  version: 1.0.0
paths:
  /health:
    get:
      summary: Is the service well, and which release is it
      responses:
        '200':
          description: It is well

  /orders:
    get:
      summary: The newest fifty orders
      parameters:
        - name: customer
          in: query
          schema:
            type: string
      responses:
        '200':
          description: A list of orders
    post:
      summary: Take an order
      requestBody:
        required: true
        content:
          application/json:
            schema:
              $ref: '#/components/schemas/NewOrder'
      responses:
        '201':
          description: The order as it was taken
        '422':
          description: We do not bake that

  /orders/{id}:
    get:
      summary: One order
      responses:
        '200':
          description: The order

  /orders/{id}/ready:
    post:
      summary: The order can be fetched
      responses:
        '200':
          description: The order

  /products:
    get:
      summary: The price list
      responses:
        '200':
          description: A list of products, prices in cents

  /report/today:
    get:
      summary: What was sold today
      responses:
        '200':
          description: Sales per product, amounts in cents

components:
  schemas:
    NewOrder:
      type: object
      required: [customer, product]
      properties:
        customer:
          type: string
        product:
          type: string
        quantity:
          type: number
`;

export const FIRST_MIGRATION = source`
CREATE TABLE orders (
	id INTEGER PRIMARY KEY,
	customer TEXT NOT NULL,
	phone TEXT,
	product TEXT NOT NULL,
	quantity INTEGER NOT NULL,
	state TEXT NOT NULL DEFAULT 'taken',
	taken_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
`;

export const PRODUCTS_MIGRATION = source`
CREATE TABLE products (
	name TEXT PRIMARY KEY,
	price INTEGER NOT NULL
);

INSERT INTO products (name, price) VALUES
	('rye', 480),
	('roll', 65),
	('baguette', 220),
	('plum cake', 2450),
	('pretzel', 120);
`;

/** Where the demo keeps what belongs to this machine: git-ignored, and shared by all releases. */
export const ENV_FILE = '.orchestra/demo.env';

/** For `/bin/sh`. */
const quoted = (path: string) => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);

/**
 * orchestration/orchestra.json of the sample project.
 * @param node the program that runs the service: a name on the PATH, or an absolute path.
 * @param port the front door, 1–65535.
 */
export function projectFile(node: string, port: number): string {
	const run = quoted(node);
	const tests = {required: true, timeoutSeconds: 120};
	const project: Project = {
		schemaVersion: 1,
		name: 'bakery',
		branches: {base: 'main', dev: 'dev'},
		commands: {
			start: `${run} src/server.js`,
			migrate: `${run} migrate.js`,
			test: {
				unit: {command: `${run} --test --test-reporter=tap`, ...tests},
				smoke: {command: `${run} --test --test-reporter=tap smoke/order.smoke.js`, ...tests},
			},
		},
		health: {path: '/health', withinSeconds: 30, inARow: 2},
		port,
		target: 'local',
		strategy: 'demo',
		tag: 'v{version}',
		afterPromotion: 'ask',
		env: {},
		envFile: ENV_FILE,
	};
	return `${JSON.stringify(project, null, '\t')}\n`;
}
