import { remoteContract } from "./remote_contract.ts";

remoteContract("ws");
