import { remoteContract } from "./remote_contract.ts";

/** The socket is tried with all of it; what lies above the two ways is the same. */
remoteContract("ws", /answers,|is accepted|signal aborts|shows an image|another process/);
