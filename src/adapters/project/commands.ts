// Room: adapters. Guesses at the commands of a project, each with the file that it was read from. Three sources, the
// team's own words first: package.json scripts, Makefile targets, then what the language's tools are always called.

import {isObject, type Look} from './look.ts';

export interface Guess {
	readonly command: string;
	/** The file that says so. */
	readonly from: string;
}

export interface Commands {
	install?: Guess;
	build?: Guess;
	start?: Guess;
	migrate?: Guess;
	readonly test: Record<string, Guess>;
}

type Single = 'install' | 'build' | 'start' | 'migrate';

/** Script and target names, best first, for each of ours. */
const NAMES: Readonly<Record<Exclude<Single, 'install'>, readonly string[]>> = {
	build: ['build', 'compile'],
	start: ['start', 'serve', 'run'],
	migrate: ['migrate', 'db:migrate', 'migrate:up', 'db-migrate', 'migration:run'],
};
const SUITES: Readonly<Record<string, readonly string[]>> = {
	unit: ['test:unit', 'unit', 'test-unit', 'test'],
	integration: ['test:integration', 'integration', 'test-integration', 'test:e2e', 'e2e'],
	smoke: ['test:smoke', 'smoke', 'smoke-test'],
	performance: ['test:performance', 'test:perf', 'perf', 'load-test'],
	security: ['test:security', 'security', 'security-check'],
};

/** Fills what is still open from named scripts or targets. */
function take(into: Commands, has: (name: string) => boolean, say: (name: string) => Guess) {
	for (const [ours, names] of Object.entries(NAMES)) {
		const name = names.find(has);
		const slot = ours as keyof typeof NAMES; // `as`: entries() loses the key type
		if (name !== undefined) into[slot] ??= say(name);
	}
	for (const [suite, names] of Object.entries(SUITES)) {
		const name = names.find(has);
		if (name !== undefined) into.test[suite] ??= say(name);
	}
}

export async function packageManager(look: Look, manifest: unknown): Promise<string | undefined> {
	const declared = isObject(manifest) && typeof manifest.packageManager === 'string' ? manifest.packageManager : '';
	const named = /^(npm|pnpm|yarn|bun)@/.exec(declared)?.[1];
	if (named !== undefined) return named;
	if (await look.has('pnpm-lock.yaml')) return 'pnpm';
	if (await look.has('yarn.lock')) return 'yarn';
	if ((await look.has('bun.lock')) || (await look.has('bun.lockb'))) return 'bun';
	return isObject(manifest) ? 'npm' : undefined;
}

async function fromPackageJson(look: Look, into: Commands): Promise<void> {
	const manifest = await look.json('package.json');
	if (!isObject(manifest)) return;
	const manager = (await packageManager(look, manifest)) ?? 'npm';
	const locked = (await look.has('package-lock.json')) || (await look.has('npm-shrinkwrap.json'));
	const installs: Record<string, string> = {
		npm: locked ? 'npm ci' : 'npm install',
		pnpm: 'pnpm install --frozen-lockfile',
		yarn: 'yarn install --frozen-lockfile',
		bun: 'bun install --frozen-lockfile',
	};
	const needed = ['dependencies', 'devDependencies', 'workspaces'].some(
		(field) => isObject(manifest[field]) || Array.isArray(manifest[field]),
	);
	const install = installs[manager];
	if (install !== undefined && (needed || locked)) into.install ??= {command: install, from: 'package.json'};
	const scripts = isObject(manifest.scripts) ? manifest.scripts : {};
	const script = (name: string) => {
		const text = Object.hasOwn(scripts, name) ? scripts[name] : undefined;
		// What `npm init` writes is no test.
		return typeof text === 'string' && text.trim() !== '' && !text.includes('no test specified') ? text : undefined;
	};
	take(
		into,
		(name) => script(name) !== undefined,
		(name) => {
			const text = script(name) ?? '';
			// A plain `node file` is started without the package manager in between: it gets its signals at once.
			if (NAMES.start.includes(name) && /^node( [\w./=-]+)+$/.test(text)) return {command: text, from: 'package.json'};
			const short =
				manager === 'npm' && (name === 'test' || name === 'start') ? `npm ${name}` : `${manager} run ${name}`;
			return {command: short, from: 'package.json'};
		},
	);
	if (!into.start && (await look.has('server.js'))) into.start = {command: 'node server.js', from: 'server.js'};
}

async function fromMakefile(look: Look, into: Commands): Promise<void> {
	const file = await look.first(['GNUmakefile', 'Makefile', 'makefile']);
	if (file === undefined) return;
	const targets = new Set(
		[...(await look.text(file)).matchAll(/^([A-Za-z0-9][\w.-]*)[ \t]*:(?![=:])/gm)].map((m) => m[1]),
	);
	take(
		into,
		(name) => targets.has(name),
		(name) => ({command: `make ${name}`, from: file}),
	);
}

async function fromGo(look: Look, into: Commands): Promise<void> {
	if (!(await look.has('go.mod'))) return;
	const main = /^package main\b/m.test(await look.text('main.go')) ? '.' : await onlyFolder(look, 'cmd');
	into.build ??= {command: main === undefined ? 'go build ./...' : `go build -o app ${main}`, from: 'go.mod'};
	if (main !== undefined && into.build.command.includes('-o app')) into.start ??= {command: './app', from: 'go.mod'};
	into.test.unit ??= {command: 'go test ./...', from: 'go.mod'};
}

async function onlyFolder(look: Look, folder: string): Promise<string | undefined> {
	const inside = (await look.list(folder)).filter((name) => /^[\w.-]+$/.test(name));
	return inside.length === 1 ? `./${folder}/${inside[0]}` : undefined;
}

async function fromCargo(look: Look, into: Commands): Promise<void> {
	if (!(await look.has('Cargo.toml'))) return;
	const locked = (await look.has('Cargo.lock')) ? ' --locked' : '';
	into.build ??= {command: `cargo build --release${locked}`, from: 'Cargo.toml'};
	const section = /^\[package\]([^[]*)/m.exec(await look.text('Cargo.toml'))?.[1] ?? '';
	const name = /^name\s*=\s*"([\w-]+)"/m.exec(section)?.[1];
	if (name !== undefined && (await look.has('src/main.rs')) && into.build.from === 'Cargo.toml')
		into.start ??= {command: `./target/release/${name}`, from: 'Cargo.toml'};
	into.test.unit ??= {command: `cargo test${locked}`, from: 'Cargo.toml'};
}

async function fromPython(look: Look, into: Commands): Promise<void> {
	const manifest = await look.first(['pyproject.toml', 'requirements.txt', 'setup.py', 'Pipfile']);
	if (manifest === undefined) return;
	if (await look.has('uv.lock')) into.install ??= {command: 'uv sync --frozen', from: 'uv.lock'};
	else if (await look.has('poetry.lock')) into.install ??= {command: 'poetry install', from: 'poetry.lock'};
	else if (await look.has('requirements.txt'))
		into.install ??= {
			command: 'python3 -m venv .venv && .venv/bin/pip install -r requirements.txt',
			from: 'requirements.txt',
		};
	const runner = into.install?.command.startsWith('uv ')
		? 'uv run python'
		: into.install?.command.startsWith('poetry ')
			? 'poetry run python'
			: into.install?.from === 'requirements.txt'
				? '.venv/bin/python'
				: 'python3';
	const words = `${await look.text('pyproject.toml')}\n${await look.text('requirements.txt')}\n${await look.text('setup.cfg')}`;
	if (await look.has('manage.py')) {
		into.migrate ??= {command: `${runner} manage.py migrate --noinput`, from: 'manage.py'};
		into.test.unit ??= {command: `${runner} manage.py test`, from: 'manage.py'};
	}
	if (await look.has('alembic.ini'))
		into.migrate ??= {command: `${runner} -m alembic upgrade head`, from: 'alembic.ini'};
	if (/\bpytest\b/.test(words)) into.test.unit ??= {command: `${runner} -m pytest`, from: manifest};
	else if (await look.has('tests')) into.test.unit ??= {command: `${runner} -m unittest`, from: 'tests'};
}

async function fromOthers(look: Look, into: Commands): Promise<void> {
	const web = /^web:\s*(.+)$/m.exec(await look.text('Procfile'))?.[1]?.trim();
	if (web !== undefined && web.length <= 1000) into.start ??= {command: web, from: 'Procfile'};
	if (await look.has('prisma/migrations'))
		into.migrate ??= {command: 'npx prisma migrate deploy', from: 'prisma/migrations'};
	if (await look.has('bin/rails')) {
		into.install ??= {command: 'bundle install', from: 'Gemfile'};
		into.migrate ??= {command: 'bin/rails db:migrate', from: 'bin/rails'};
		into.start ??= {command: 'bin/rails server -b 127.0.0.1 -p $PORT', from: 'bin/rails'};
		into.test.unit ??= {command: 'bin/rails test', from: 'bin/rails'};
	}
	if (await look.has('mvnw')) {
		into.build ??= {command: './mvnw -B -DskipTests package', from: 'mvnw'};
		into.test.unit ??= {command: './mvnw -B test', from: 'mvnw'};
	} else if (await look.has('pom.xml')) {
		into.build ??= {command: 'mvn -B -DskipTests package', from: 'pom.xml'};
		into.test.unit ??= {command: 'mvn -B test', from: 'pom.xml'};
	}
	if (await look.has('gradlew')) {
		into.build ??= {command: './gradlew assemble', from: 'gradlew'};
		into.test.unit ??= {command: './gradlew test', from: 'gradlew'};
	}
	if (await look.has('mix.exs')) {
		into.install ??= {command: 'mix deps.get', from: 'mix.exs'};
		into.test.unit ??= {command: 'mix test', from: 'mix.exs'};
	}
}

export async function guessCommands(look: Look): Promise<Commands> {
	const found: Commands = {test: {}};
	for (const source of [fromPackageJson, fromMakefile, fromGo, fromCargo, fromPython, fromOthers]) {
		await source(look, found);
	}
	return found;
}
