-- Heads whose newest message is the system's hold what it said on a second line of last_excerpt.
UPDATE conversation_head SET last_excerpt = last_excerpt ||
-- sqlite:
	char(10)
-- postgres:
	chr(10)
-- both:
	|| (SELECT m.content FROM message m WHERE m.conversation_id = conversation_head.conversation_id AND m.seq = conversation_head.last_seq)
	WHERE last_type = 'system';
