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
     WHERE s.mentorship_id = m.id AND s.status = 'held' AND s.voided_at IS NULL) AS last_held_on,
    l.status AS last_status,
    p.planned_on AS next_meeting_on,
    p.planned_at AS next_meeting_at,
    (SELECT COUNT(*) FROM mentorships_mentoringsession s
     WHERE s.mentorship_id = m.id AND s.status = 'held' AND s.voided_at IS NULL) AS sessions_held,
    (SELECT COUNT(*) FROM mentorships_agreement a
     JOIN mentorships_mentoringsession s ON s.id = a.made_in_id AND s.voided_at IS NULL
     LEFT JOIN mentorships_mentoringsession t ON t.id = a.settled_in_id
     WHERE a.mentorship_id = m.id AND (a.outcome = '' OR t.voided_at IS NOT NULL)) AS open_agreements,
    (SELECT MIN(a.due_on) FROM mentorships_agreement a
     JOIN mentorships_mentoringsession s ON s.id = a.made_in_id AND s.voided_at IS NULL
     LEFT JOIN mentorships_mentoringsession t ON t.id = a.settled_in_id
     WHERE a.mentorship_id = m.id AND (a.outcome = '' OR t.voided_at IS NOT NULL)) AS earliest_agreement_on
FROM mentorships_mentorship m
JOIN mentees_enrolment e ON e.id = m.enrolment_id
LEFT JOIN mentorships_mentoringsession l ON l.id = (
    SELECT s.id FROM mentorships_mentoringsession s
    WHERE s.mentorship_id = m.id AND s.voided_at IS NULL
    ORDER BY s.held_on DESC, s.id DESC LIMIT 1
)
LEFT JOIN mentorships_plannedmeeting p ON p.id = (
    SELECT q.id FROM mentorships_plannedmeeting q
    LEFT JOIN mentorships_mentoringsession r ON r.id = q.reported_in_id
    WHERE q.mentorship_id = m.id AND q.called_off_at IS NULL
      AND (q.reported_in_id IS NULL OR r.voided_at IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM mentorships_plannedmeeting moved WHERE moved.supersedes_id = q.id)
      AND (l.id IS NULL OR q.planned_on > l.held_on OR q.made_in_id = l.id)
    ORDER BY q.planned_on, COALESCE(q.planned_at, '23:59'), q.id LIMIT 1
)
