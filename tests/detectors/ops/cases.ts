// Room: tests. For every rule about how a service runs: a change that fires it, and one beside it that does not.

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what is tested writes its variables so

/** Path, before, after; undefined: the file is not there. */
export type Files = readonly [path: string, before: string | undefined, after: string | undefined];
export interface Case {
	readonly fires: Files;
	readonly quiet: Files;
}

const D = 'Dockerfile';
const docker = (fires: [string | undefined, string], quiet: [string | undefined, string]): Case => ({
	fires: [D, ...fires],
	quiet: [D, ...quiet],
});
const from = (rest: string) => `FROM node:22.1.0\n${rest}\n`;

export const DOCKERFILE: Readonly<Record<string, Case>> = {
	'docker-base-other': docker(['FROM node:22', 'FROM debian:12'], ['FROM node:22', 'FROM node:22.3']),
	'docker-base-major': docker(['FROM node:22', 'FROM node:24'], ['FROM node:22.1', 'FROM node:22.2']),
	'docker-base-back': docker(['FROM node:22.3', 'FROM node:22.1'], ['FROM node:22.1', 'FROM node:22.3']),
	'docker-base-floating': docker(
		['FROM node:22', 'FROM node'],
		[undefined, 'ARG V=1\nFROM node:22 AS a\nFROM a\nFROM scratch\nFROM x:$V'],
	),
	'docker-digest-dropped': docker(
		['FROM node:22@sha256:aa', 'FROM node:22'],
		['FROM node:22@sha256:aa', 'FROM node:22@sha256:bb'],
	),
	'docker-runs-as-root': docker(
		[from('USER app'), from('')],
		['FROM node:22 AS build\nUSER root\nFROM node:22\nUSER app', 'FROM node:22 AS build\nFROM node:22\nUSER app'],
	),
	'docker-user-changed': docker([from('USER app'), from('USER web')], [from('USER app'), from('# USER web\nUSER app')]),
	'docker-port-gone': docker([from('EXPOSE 80 443'), from('EXPOSE 443')], [from('EXPOSE 80'), from('EXPOSE 80 443')]),
	'docker-entrypoint-changed': docker(
		[from('ENTRYPOINT ["a"]'), from('ENTRYPOINT ["b"]')],
		[from('ENTRYPOINT ["a"]'), from('# why\nENTRYPOINT ["a"]')],
	),
	'docker-command-changed': docker(
		[from('CMD ["node", "a.js"]'), from('CMD ["node", "b.js"]')],
		['FROM node:22 AS b\nCMD ["x"]\nFROM node:22\nCMD ["a"]', 'FROM node:22 AS b\nCMD ["y"]\nFROM node:22\nCMD ["a"]'],
	),
	'docker-shell-form': docker(
		[from('CMD ["node", "a.js"]'), from('CMD node a.js')],
		[from('CMD node a.js'), from('CMD node b.js')],
	),
	'docker-healthcheck-gone': docker(
		[from('HEALTHCHECK CMD curl -f x'), from('HEALTHCHECK NONE')],
		[from(''), from('HEALTHCHECK NONE')],
	),
	'docker-healthcheck-changed': docker(
		[from('HEALTHCHECK CMD a'), from('HEALTHCHECK CMD b')],
		[from(''), from('HEALTHCHECK CMD b')],
	),
	'docker-volume-gone': docker(
		[from('VOLUME ["/data", "/logs"]'), from('VOLUME /logs')],
		[from('VOLUME /data'), from('VOLUME ["/data"]')],
	),
	'docker-workdir-changed': docker([from('WORKDIR /app'), from('WORKDIR /srv')], [from(''), from('WORKDIR /srv')]),
	'docker-env-gone': docker([from('ENV A=1 B=2'), from('ENV B=2')], [from('ENV A 1'), from('ENV A=1')]),
	'docker-argument-required': docker([from(''), from('ARG TOKENIZER')], [from('ARG V'), from('ARG V=1\nARG W=2')]),
	'docker-secret-in-image': docker(
		[from(''), from('ENV DB_PASSWORD="hunter2"')],
		[from(''), from('ARG API_KEY\nENV API_KEY=$API_KEY TOKENS_MAX=5')],
	),
	'docker-remote-add': docker(
		[from(''), from('ADD https://example.com/a.tgz /a')],
		[from('ADD https://example.com/a.tgz /a'), from('ADD https://example.com/a.tgz /a\nADD a.tgz /a')],
	),
	'docker-stop-signal': docker(
		[from('STOPSIGNAL SIGQUIT'), from('STOPSIGNAL SIGTERM')],
		[from(''), from('STOPSIGNAL SIGTERM')],
	),
	'docker-stage-gone': docker(
		['FROM node:22 AS build\nFROM node:22', 'FROM node:22'],
		['FROM node:22 AS build\nFROM node:22', 'FROM node:22.1 as build\nFROM node:22'],
	),
};

const K = 'deploy/app.yaml';
const k8s = (fires: [string | undefined, string], quiet: [string | undefined, string]): Case => ({
	fires: [K, ...fires],
	quiet: [K, ...quiet],
});
const object = (kind: string, spec: string, api = 'v1', space = '') =>
	`apiVersion: ${api}\nkind: ${kind}\nmetadata:\n  name: web\n${space === '' ? '' : `  namespace: ${space}\n`}${spec}\n`;
const deployment = (container: string, pod = '', rest = '') =>
	object(
		'Deployment',
		`spec:\n  replicas: 3\n${rest}  selector: {matchLabels: {app: web}}\n  template:\n    spec:\n${pod}      containers:\n        - name: web\n          image: web:1.2.0\n${container}`,
		'apps/v1',
	);
const plain = deployment('');
const pair = (field: string, was: string, is: string) => [field.replace('$', was), field.replace('$', is)] as const;
const box = (was: string, is: string): [string, string] => [deployment(was), deployment(is)];
const inPod = (was: string, is: string): [string, string] => [deployment('', was), deployment('', is)];
const limits = (text: string) => `          resources: {limits: {${text}}}\n`;
const route = (http: string) => object('VirtualService', `spec:\n  http: [${http}]`, 'networking.istio.io/v1');
const role = (verbs: string, resources: string) =>
	object(
		'ClusterRole',
		`rules:\n  - apiGroups: [""]\n    resources: [${resources}]\n    verbs: [${verbs}]`,
		'rbac.authorization.k8s.io/v1',
	);
const service = (port: string, more = '') => object('Service', `spec:\n${more}  ports:\n${port}`);
const ingress = (path: string) =>
	object(
		'Ingress',
		`spec:\n  rules:\n    - host: shop.example\n      http:\n        paths:\n          - path: /\n${path}`,
		'networking.k8s.io/v1',
	);
const claim = (size: string, more = '') =>
	object('PersistentVolumeClaim', `spec:\n${more}  resources: {requests: {storage: ${size}}}`);
const scaler = (most: number, least = 2) =>
	object('HorizontalPodAutoscaler', `spec:\n  minReplicas: ${least}\n  maxReplicas: ${most}`, 'autoscaling/v2');
const cron = (at: string) => object('CronJob', `spec:\n  schedule: "${at}"`, 'batch/v1');

export const KUBERNETES: Readonly<Record<string, Case>> = {
	'k8s-stateful-gone': k8s(
		[`${claim('1Gi')}---\n${plain}`, plain],
		[`${object('ConfigMap', 'data: {}')}---\n${plain}`, plain],
	),
	'k8s-object-gone': k8s(
		[`${object('ConfigMap', 'data: {}')}---\n${plain}`, plain],
		[plain, `${plain}---\n${claim('1Gi')}`],
	),
	'k8s-selector-changed': k8s(
		[plain, plain.replace('{app: web}', '{app: shop}')],
		[plain, plain.replace('{app: web}', '{"app": "web"}')],
	),
	'k8s-immutable-changed': k8s(
		[claim('1Gi', '  storageClassName: slow\n'), claim('1Gi', '  storageClassName: fast\n')],
		[claim('1Gi'), claim('2Gi')],
	),
	'k8s-storage-shrunk': k8s([claim('2Gi'), claim('500Mi')], [claim('1Gi'), claim('1024Mi')]),
	'k8s-replicas-zero': k8s(
		[plain, plain.replace('replicas: 3', 'replicas: 0')],
		[plain, plain.replace('replicas: 3', 'replicas: 1')],
	),
	'k8s-replicas-lowered': k8s(
		[plain, plain.replace('replicas: 3', 'replicas: 2')],
		[plain, plain.replace('replicas: 3', 'replicas: 5')],
	),
	'k8s-image-other': k8s(
		[plain, plain.replace('web:1.2.0', 'shop:1.2.0')],
		[plain, plain.replace('web:1.2.0', 'web:1.3.0')],
	),
	'k8s-image-floating': k8s(
		[plain, plain.replace('web:1.2.0', 'web:latest')],
		[plain, plain.replace('web:1.2.0', 'web@sha256:aa')],
	),
	'k8s-image-major': k8s(
		[plain, plain.replace('web:1.2.0', 'web:2.0.0')],
		[plain, plain.replace('web:1.2.0', 'web:1.9.0')],
	),
	'k8s-image-back': k8s(
		[plain, plain.replace('web:1.2.0', 'web:1.1.0')],
		[plain, plain.replace('web:1.2.0', 'web:1.2.1')],
	),
	'k8s-readiness-gone': k8s(box('          readinessProbe: {httpGet: {path: /}}\n', ''), box('', '')),
	'k8s-liveness-gone': k8s(
		box('          livenessProbe: {httpGet: {path: /}}\n', ''),
		box('          livenessProbe: {httpGet: {path: /}}\n', '          livenessProbe: {httpGet: {path: /ok}}\n'),
	),
	'k8s-probe-changed': k8s(
		box('          livenessProbe: {httpGet: {path: /}}\n', '          livenessProbe: {httpGet: {path: /ok}}\n'),
		box('', '          livenessProbe: {httpGet: {path: /ok}}\n'),
	),
	'k8s-limits-gone': k8s(box(limits('memory: 1Gi'), ''), box(limits('memory: 1Gi'), limits('memory: 2Gi'))),
	'k8s-limits-lowered': k8s(box(limits('cpu: 1'), limits('cpu: 500m')), box(limits('cpu: 500m'), limits('cpu: 0.5'))),
	'k8s-requests-raised': k8s(
		box('          resources: {requests: {cpu: 100m}}\n', '          resources: {requests: {cpu: 2}}\n'),
		box('          resources: {requests: {cpu: 2}}\n', '          resources: {requests: {cpu: 100m}}\n'),
	),
	'k8s-privileged': k8s(
		box('', '          securityContext: {privileged: true}\n'),
		box('', '          securityContext: {privileged: false}\n'),
	),
	'k8s-runs-as-root': k8s(
		inPod('      securityContext: {runAsNonRoot: true}\n', ''),
		inPod('', '      securityContext: {runAsNonRoot: true}\n'),
	),
	'k8s-capability-added': k8s(
		box('', '          securityContext: {capabilities: {add: [NET_ADMIN]}}\n'),
		box('', '          securityContext: {capabilities: {drop: [ALL]}}\n'),
	),
	'k8s-host-path': k8s(
		inPod('', '      volumes: [{name: a, hostPath: {path: /etc}}]\n'),
		inPod('', '      volumes: [{name: a, emptyDir: {}}]\n'),
	),
	'k8s-rights-wild': k8s([role('get', 'pods'), role('"*"', 'pods')], [role('get', 'pods'), role('get, list', 'pods')]),
	'k8s-rights-added': k8s(
		[role('get', 'pods'), role('get', 'pods, secrets')],
		[role('get, list', 'pods'), role('list, get', 'pods')],
	),
	'k8s-rights-gone': k8s([role('get, list', 'pods'), role('get', 'pods')], [undefined, role('get', 'pods')]),
	'k8s-port-gone': k8s(
		[service('    - port: 80'), service('    - port: 8080')],
		[service('    - port: 80'), service('    - port: 8080\n    - port: 80')],
	),
	'k8s-port-changed': k8s(
		[...pair('$', service('    - {port: 80, targetPort: 1}'), service('    - {port: 80, targetPort: 2}'))],
		[service('    - {port: 80, targetPort: 1}'), service('    - {targetPort: 1, port: 80}')],
	),
	'k8s-service-type': k8s(
		[service('    - port: 80'), service('    - port: 80', '  type: LoadBalancer\n')],
		[service('    - port: 80'), service('    - port: 80', '  type: ClusterIP\n')],
	),
	'k8s-host-gone': k8s(
		[ingress('          - path: /old\n'), ingress('')],
		[ingress(''), ingress('          - path: /new\n')],
	),
	'k8s-env-gone': k8s(
		box('          env: [{name: A, value: "1"}]\n', '          env: []\n'),
		box('          env: [{name: A, value: "1"}]\n', '          env: [{name: A, value: "2"}]\n'),
	),
	'k8s-env-secret': k8s(
		box(
			'          env: [{name: A, value: "1"}]\n',
			'          env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: a}}}]\n',
		),
		box(
			'          env: [{name: A, valueFrom: {fieldRef: {fieldPath: x}}}]\n',
			'          env: [{name: A, value: "1"}]\n',
		),
	),
	'k8s-config-key-gone': k8s(
		[object('ConfigMap', 'data:\n  a: "1"\n  b: "2"'), object('ConfigMap', 'data:\n  b: "2"')],
		[object('ConfigMap', 'data:\n  a: "1"'), object('ConfigMap', 'data:\n  a: "2"')],
	),
	'k8s-schedule-changed': k8s([cron('0 3 * * *'), cron('*/5 * * * *')], [cron('0 3 * * *'), cron('0 3 * * *')]),
	'k8s-strategy-recreate': k8s(
		[plain, deployment('', '', '  strategy: {type: Recreate}\n')],
		[deployment('', '', '  strategy: {type: Recreate}\n'), plain],
	),
	'k8s-unavailable-raised': k8s(
		[plain, deployment('', '', '  strategy: {rollingUpdate: {maxUnavailable: 50%}}\n')],
		[plain, deployment('', '', '  strategy: {rollingUpdate: {maxUnavailable: 10%}}\n')],
	),
	'k8s-grace-shortened': k8s(
		inPod('      terminationGracePeriodSeconds: 60\n', '      terminationGracePeriodSeconds: 5\n'),
		inPod('      terminationGracePeriodSeconds: 5\n', '      terminationGracePeriodSeconds: 60\n'),
	),
	'k8s-disruption-budget-gone': k8s(
		[`${object('PodDisruptionBudget', 'spec: {minAvailable: 1}', 'policy/v1')}---\n${plain}`, plain],
		[plain, `${object('PodDisruptionBudget', 'spec: {minAvailable: 1}', 'policy/v1')}---\n${plain}`],
	),
	'k8s-autoscaler-lowered': k8s([scaler(10), scaler(5)], [scaler(5), scaler(10, 3)]),
	'k8s-api-gone': k8s([undefined, object('Deployment', 'spec: {}', 'extensions/v1beta1')], [undefined, plain]),
	'k8s-namespace-changed': k8s(
		[object('ConfigMap', 'data: {}', 'v1', 'a'), object('ConfigMap', 'data: {}', 'v1', 'b')],
		[object('ConfigMap', 'data: {}', 'v1', 'a'), object('ConfigMap', 'data: {x: "1"}', 'v1', 'a')],
	),
	'k8s-limits-missing': k8s([undefined, plain], [undefined, deployment(limits('memory: 1Gi'))]),
	// A job has no visitors; neither has what listens nowhere.
	'k8s-readiness-missing': k8s(
		[undefined, deployment('          ports: [{containerPort: 80}]\n')],
		[undefined, deployment('          ports: []\n')],
	),
	'k8s-mesh-changed': k8s([route('{timeout: 2s}'), route('{timeout: 3s}')], [route('{}'), `# why\n${route('{}')}`]),
	'k8s-mesh-guard-gone': k8s(
		[route('{timeout: 2s, retries: {attempts: 2}}'), route('{timeout: 2s}')],
		[route('{timeout: 2s}'), route('{timeout: 3s, retries: {attempts: 2}}')],
	),
	'k8s-network-closed': k8s(
		[undefined, object('NetworkPolicy', 'spec: {podSelector: {}}', 'networking.k8s.io/v1')],
		[
			object('NetworkPolicy', 'spec: {podSelector: {}}', 'networking.k8s.io/v1'),
			`# why\n${object('NetworkPolicy', 'spec: {podSelector: {}}', 'networking.k8s.io/v1')}`,
		],
	),
};

const compose = (fires: [string, string], quiet: [string, string], top = ''): Case => {
	const file = (text: string) => `services:\n  web:\n    image: web:1.2\n${text}\n${top}`;
	return {
		fires: ['compose.yaml', file(fires[0]), file(fires[1])],
		quiet: ['compose.yaml', file(quiet[0]), file(quiet[1])],
	};
};
const line = (text: string) => `    ${text}`;
const lines = (was: string, is: string): [string, string] => [was === '' ? '' : line(was), is === '' ? '' : line(is)];
const image = (was: string, is: string): Files => [
	'docker-compose.prod.yml',
	`services:\n  db:\n    image: ${was}\n`,
	`services:\n  db:\n    image: ${is}\n`,
];

export const COMPOSE: Readonly<Record<string, Case>> = {
	'compose-volume-gone': {
		fires: [
			'compose.yml',
			'services: {a: {image: "a:1"}}\nvolumes:\n  data:\n  logs:\n',
			'services: {a: {image: "a:1"}}\nvolumes:\n  logs:\n',
		],
		quiet: [
			'compose.yml',
			'services: {a: {image: "a:1"}}\nvolumes:\n  logs:\n',
			'services: {a: {image: "a:1"}}\nvolumes:\n  data:\n  logs:\n',
		],
	},
	'compose-mount-gone': compose(
		lines('volumes: ["data:/var/lib/x"]', ''),
		lines('volumes: ["data:/x"]', 'volumes: [{type: volume, source: data, target: /x}]'),
	),
	'compose-service-gone': {
		fires: ['compose.yml', 'services:\n  a: {image: "a:1"}\n  b: {image: "b:1"}\n', 'services:\n  b: {image: "b:1"}\n'],
		quiet: ['compose.yml', 'services:\n  b: {image: "b:1"}\n', 'services:\n  a: {image: "a:1"}\n  b: {image: "b:1"}\n'],
	},
	'compose-image-other': {fires: image('postgres:16', 'mysql:8'), quiet: image('postgres:16.1', 'postgres:16.2')},
	'compose-image-major': {fires: image('postgres:16', 'postgres:17'), quiet: image('postgres:16.1', 'postgres:16.4')},
	'compose-image-back': {
		fires: image('postgres:16.4', 'postgres:16.1'),
		quiet: image('postgres:16.1', 'postgres:16.4'),
	},
	'compose-image-floating': {fires: image('postgres:16', 'postgres'), quiet: image('postgres', 'postgres:${PG}')},
	'compose-port-gone': compose(
		lines('ports: ["127.0.0.1:80:80"]', ''),
		lines('ports: ["127.0.0.1:80:80"]', 'ports: ["127.0.0.1:80:8080"]'),
	),
	'compose-port-open': compose(lines('', 'ports: ["5432:5432"]'), lines('', 'ports: ["127.0.0.1:5432:5432"]')),
	'compose-command-changed': compose(lines('command: [a]', 'command: [b]'), lines('command: [a]', 'command: ["a"]')),
	'compose-env-gone': compose(lines('environment: [A=1]', ''), lines('environment: [A=1]', 'environment: {A: "2"}')),
	'compose-env-required': compose(
		lines('', 'environment: ["A=${A:?needed}"]'),
		lines('', 'environment: ["A=${A:-1}"]'),
	),
	'compose-restart-gone': compose(
		lines('restart: always', 'restart: "no"'),
		lines('restart: always', 'restart: unless-stopped'),
	),
	'compose-healthcheck-gone': compose(
		lines('healthcheck: {test: [a]}', 'healthcheck: {disable: true}'),
		lines('healthcheck: {test: [a]}', 'healthcheck: {test: [b]}'),
	),
	'compose-limits-gone': compose(
		lines('mem_limit: 1g', ''),
		lines('mem_limit: 1g', 'deploy: {resources: {limits: {memory: 2g}}}'),
	),
	'compose-privileged': compose(lines('', 'network_mode: host'), lines('network_mode: host', 'network_mode: host')),
	'compose-docker-socket': compose(
		lines('', 'volumes: ["/var/run/docker.sock:/var/run/docker.sock"]'),
		lines('', 'volumes: ["/var/run/app:/x"]'),
	),
	'compose-network-gone': compose(
		lines('networks: [a, b]', 'networks: [b]'),
		lines('networks: [a]', 'networks: {a: {}, b: {}}'),
	),
	'compose-replicas-lowered': compose(
		lines('deploy: {replicas: 3}', 'deploy: {replicas: 1}'),
		lines('deploy: {replicas: 1}', 'deploy: {replicas: 3}'),
	),
};

const W = '.github/workflows/ci.yml';
const flow = (text: string, head = 'on: push\n') => `${head}jobs:\n  build:\n    runs-on: ubuntu-24.04\n${text}`;
const ci = (
	fires: [string | undefined, string | undefined],
	quiet: [string | undefined, string | undefined],
): Case => ({
	fires: [W, ...fires],
	quiet: [W, ...quiet],
});
const step = (text: string) => flow(`    steps:\n      - ${text}\n`);

export const WORKFLOWS: Readonly<Record<string, Case>> = {
	'ci-permissions-widened': ci(
		[flow(''), flow('', 'on: push\npermissions: {contents: write}\n')],
		[flow(''), flow('', 'on: push\npermissions: {contents: read}\n')],
	),
	'ci-write-all': ci(
		[flow(''), flow('', 'on: push\npermissions: write-all\n')],
		[flow(''), flow('', 'on: push\npermissions: read-all\n')],
	),
	'ci-identity-token': ci(
		[flow(''), flow('    permissions: {id-token: write}\n')],
		[flow(''), flow('    permissions: {id-token: none}\n')],
	),
	'ci-untrusted-trigger': ci(
		[flow(''), flow('', 'on: [push, pull_request_target]\n')],
		[flow(''), flow('', 'on: [push, pull_request]\n')],
	),
	'ci-expression-in-script': ci(
		[undefined, step('run: echo "${{ github.event.pull_request.title }}"')],
		[undefined, step('run: echo "${{ github.sha }}"')],
	),
	'ci-action-unpinned': ci([undefined, step('uses: who/what@v3')], [undefined, step('uses: actions/checkout@v5')]),
	'ci-action-floating': ci(
		[undefined, step('uses: who/what@main')],
		[undefined, step(`uses: who/what@${'a'.repeat(40)}`)],
	),
	'ci-secrets-inherited': ci(
		[undefined, 'on: push\njobs:\n  call:\n    uses: ./.github/workflows/x.yml\n    secrets: inherit\n'],
		[
			undefined,
			'on: push\njobs:\n  call:\n    uses: ./.github/workflows/x.yml\n    secrets: {A: "${{ secrets.A }}"}\n',
		],
	),
	'ci-tests-gone': ci(
		['on: push\njobs:\n  test: {runs-on: x}\n  build: {runs-on: x}\n', 'on: push\njobs:\n  build: {runs-on: x}\n'],
		['on: push\njobs:\n  test: {runs-on: x}\n  build: {runs-on: x}\n', 'on: push\njobs:\n  test: {runs-on: x}\n'],
	),
	'ci-failure-ignored': ci(
		[step('run: npm test'), flow('    steps:\n      - run: npm test\n        continue-on-error: true\n')],
		[step('run: npm test'), flow('    steps:\n      - run: npm test\n        continue-on-error: false\n')],
	),
	'ci-deploys-changed': ci(
		['on: push\njobs:\n  deploy:\n    steps: [{run: a}]\n', 'on: push\njobs:\n  deploy:\n    steps: [{run: b}]\n'],
		['on: push\njobs:\n  build:\n    steps: [{run: a}]\n', 'on: push\njobs:\n  build:\n    steps: [{run: b}]\n'],
	),
	'ci-schedule-changed': ci(
		[flow('', 'on: {schedule: [{cron: "0 3 * * *"}]}\n'), flow('', 'on: {schedule: [{cron: "0 4 * * *"}]}\n')],
		[
			flow('', 'on: {schedule: [{cron: "0 3 * * *"}]}\n'),
			flow('', 'on: {schedule: [{cron: "0 3 * * *"}], push: {}}\n'),
		],
	),
	'ci-runner-changed': ci([flow(''), flow('').replace('24.04', '22.04')], [flow(''), flow('    timeout-minutes: 5\n')]),
	'ci-self-hosted': ci(
		[flow(''), flow('').replace('ubuntu-24.04', '[self-hosted, big]')],
		[flow(''), flow('').replace('24.04', 'latest')],
	),
};
