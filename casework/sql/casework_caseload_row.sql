SELECT
    m.id AS mentorship_id,
    EXISTS (SELECT 1 FROM mentees_custodyepisode c
            WHERE c.mentee_id = e.mentee_id AND c.ended_on IS NULL AND c.kind = 'remand') AS open_remand,
    EXISTS (SELECT 1 FROM mentees_custodyepisode c
            WHERE c.mentee_id = e.mentee_id AND c.ended_on IS NULL AND c.kind = 'sentence') AS open_sentence,
    EXISTS (SELECT 1 FROM mentees_custodyepisode c
            WHERE c.mentee_id = e.mentee_id AND c.ended_on IS NULL AND c.kind = 'other') AS open_other,
    (SELECT d.value FROM mentees_keydate d
     WHERE d.mentee_id = e.mentee_id AND d.kind = 'actual_release'
       AND NOT EXISTS (SELECT 1 FROM mentees_keydate newer WHERE newer.replaces_id = d.id)) AS actual_release,
    (SELECT d.value FROM mentees_keydate d
     WHERE d.mentee_id = e.mentee_id AND d.kind = 'decided_release'
       AND NOT EXISTS (SELECT 1 FROM mentees_keydate newer WHERE newer.replaces_id = d.id)) AS decided_release,
    (SELECT d.value FROM mentees_keydate d
     WHERE d.mentee_id = e.mentee_id AND d.kind = 'two_thirds'
       AND NOT EXISTS (SELECT 1 FROM mentees_keydate newer WHERE newer.replaces_id = d.id)) AS two_thirds,
    (SELECT d.certainty FROM mentees_keydate d
     WHERE d.mentee_id = e.mentee_id AND d.kind = 'two_thirds'
       AND NOT EXISTS (SELECT 1 FROM mentees_keydate newer WHERE newer.replaces_id = d.id)) AS two_thirds_certainty,
    (SELECT d.value FROM mentees_keydate d
     WHERE d.mentee_id = e.mentee_id AND d.kind = 'expiry'
       AND NOT EXISTS (SELECT 1 FROM mentees_keydate newer WHERE newer.replaces_id = d.id)) AS expiry,
    (SELECT d.value FROM mentees_keydate d
     WHERE d.mentee_id = e.mentee_id AND d.kind = 'court_deadline'
       AND NOT EXISTS (SELECT 1 FROM mentees_keydate newer WHERE newer.replaces_id = d.id)) AS court_deadline,
    COALESCE((SELECT v.kind = 'parole_refused' FROM mentees_custodyevent v
              WHERE v.mentee_id = e.mentee_id AND v.kind IN ('parole_granted', 'parole_refused')
              ORDER BY v.happened_on DESC, v.id DESC LIMIT 1), 1 = 0) AS parole_refused,
    (SELECT MAX(s.held_on) FROM mentorships_mentoringsession s
     WHERE s.mentorship_id = m.id AND s.status = 'held') AS last_held_on,
    l.status AS last_status,
    l.next_meeting_on,
    l.next_meeting_at,
    (SELECT COUNT(*) FROM mentorships_mentoringsession s
     WHERE s.mentorship_id = m.id AND s.status = 'held') AS sessions_held,
    (SELECT COUNT(*) FROM mentorships_agreement a
     WHERE a.mentorship_id = m.id AND a.outcome = '') AS open_agreements,
    (SELECT MIN(a.due_on) FROM mentorships_agreement a
     WHERE a.mentorship_id = m.id AND a.outcome = '') AS earliest_agreement_on
FROM mentorships_mentorship m
JOIN mentees_enrolment e ON e.id = m.enrolment_id
LEFT JOIN mentorships_mentoringsession l ON l.id = (
    SELECT s.id FROM mentorships_mentoringsession s
    WHERE s.mentorship_id = m.id
    ORDER BY s.held_on DESC, s.id DESC LIMIT 1
)
