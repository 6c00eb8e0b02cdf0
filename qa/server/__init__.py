"""The service: REST, an OpenAI-compatible face, MCP and the chat page in one process, with one model and one queue."""
