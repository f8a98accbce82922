// Room: gateway. Placeholder until the gateway lands.
export {};
