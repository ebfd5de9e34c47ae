/**
 * A server of tools as people add them to Codex: over stdin and stdout, written against the SDK. What
 * its tools do is harmless, but Codex cannot know that.
 */
import { Server } from "@modelcontextprotocol/sdk/server";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const FORM = {
  type: "object" as const,
  properties: {
    email: { type: "string" as const, title: "E-mail", format: "email" as const },
    notify: { type: "boolean" as const, title: "Notify me", description: "By mail, once a day" },
    seats: { type: "integer" as const, title: "Seats", minimum: 1, maximum: 4 },
    size: { type: "string" as const, enum: ["s", "m"], enumNames: ["Small", "Medium"] },
  },
  required: ["email", "size"],
};

const TEXT = { type: "string" as const };
const TOOLS = [
  {
    name: "rename",
    description: "Renames a card on the board",
    inputSchema: { type: "object" as const, properties: { title: TEXT, note: TEXT } },
  },
  {
    name: "erase",
    description: "Erases the board",
    inputSchema: { type: "object" as const },
    annotations: { destructiveHint: true, openWorldHint: true },
  },
  {
    name: "book",
    description: "Books a room",
    inputSchema: { type: "object" as const },
    annotations: { readOnlyHint: true },
  },
  {
    name: "odd",
    description: "Asks for what its form does not have",
    inputSchema: { type: "object" as const },
    annotations: { readOnlyHint: true },
  },
  {
    name: "crash",
    description: "Ends the server",
    inputSchema: { type: "object" as const },
    annotations: { readOnlyHint: true },
  },
  {
    name: "connect",
    description: "Connects an account",
    inputSchema: { type: "object" as const },
    annotations: { readOnlyHint: true },
  },
];

const server = new Server(
  { name: "desk", version: "1.0.0" },
  { capabilities: { tools: {} } },
);

server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: TOOLS }));
server.setRequestHandler(CallToolRequestSchema, async ({ params: { name, arguments: given } }) => {
  const said = await resultOf(name, given);
  return { content: [{ type: "text", text: said }] };
});

async function resultOf(name: string, given: unknown): Promise<string> {
  switch (name) {
    case "book": {
      const message = "Which room shall it be?";
      return JSON.stringify(await server.elicitInput({ message, requestedSchema: FORM }));
    }
    case "odd": {
      const requestedSchema = { ...FORM, required: [...FORM.required, "floor"] };
      return JSON.stringify(await server.elicitInput({ message: "Which floor?", requestedSchema }));
    }
    case "connect": {
      const asked = {
        mode: "url" as const,
        message: "Log in at the board",
        url: "https://board.example/login?state=1",
        elicitationId: "login-1",
      };
      return JSON.stringify(await server.elicitInput(asked));
    }
    case "crash":
      return Deno.exit(1);
    default:
      return `${name} done with ${JSON.stringify(given ?? {})}`;
  }
}

await server.connect(new StdioServerTransport());
