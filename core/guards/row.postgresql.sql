CREATE TRIGGER "{table}_written_once" BEFORE UPDATE OR DELETE ON "{table}"
    FOR EACH ROW EXECUTE FUNCTION written_once()
