// Room: ports. Commands from the repository run only after a person has trusted exactly these bytes, on this machine.

export interface TrustStore {
	isTrusted(hash: string): Promise<boolean>;
	trust(hash: string): Promise<void>;
}
