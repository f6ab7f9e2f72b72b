"""No models: the module is here so that Django tells core of migrations (`core.apps`)."""
