TEXT ·trap(SB), $0-0
	UNDEF
	RET
