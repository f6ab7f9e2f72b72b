-- The one way to delete rows that are written once, also for a role that may not: only what was
-- asked for and confirmed by two persons, only until the file stands in the list of erased ones,
-- and never the trail or the approvals themselves. See docs/adr/0008-erasure.md.
CREATE OR REPLACE FUNCTION erase_rows(guarded regclass, keys bigint[], approval bigint)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    erased bigint;
BEGIN
    PERFORM 1 FROM accounts_approval asked
        JOIN accounts_approvalanswer answer ON answer.approval_id = asked.id
        WHERE asked.id = approval AND asked.kind = 'privacy.erasure'
            AND answer.verdict = 'confirmed' AND answer.answered_by_id <> asked.asked_by_id
            AND NOT EXISTS (
                SELECT 1 FROM mentees_erasedfile
                WHERE 'mentees.mentee:' || reference = asked.target
            );
    IF NOT FOUND OR guarded::text ~ '^(audit|accounts)_|^mentees_erased' THEN
        RAISE EXCEPTION '% is written once: two persons have not confirmed its erasure', guarded;
    END IF;
    PERFORM set_config('written_once.erases', guarded::text, true);
    EXECUTE format('DELETE FROM %s WHERE id = ANY($1)', guarded) USING keys;
    GET DIAGNOSTICS erased = ROW_COUNT;
    PERFORM set_config('written_once.erases', '', true);
    RETURN erased;
END $$
